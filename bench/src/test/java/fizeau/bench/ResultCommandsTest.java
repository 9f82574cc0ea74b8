// SPDX-License-Identifier: Apache-2.0
package fizeau.bench;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import fizeau.bench.ablation.MadeUpAblation;
import fizeau.bench.caches.MadeUpCaches;
import fizeau.bench.environment.ChildProcess;
import fizeau.bench.files.Json;
import fizeau.bench.files.RunFolder;
import fizeau.bench.report.MadeUpResult;
import fizeau.bench.workload.WorkloadPreset;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Commands that work on results: exit codes and what people are told. */
class ResultCommandsTest {

    @TempDir
    private Path folder;

    private final ByteArrayOutputStream out = new ByteArrayOutputStream();
    private final ByteArrayOutputStream err = new ByteArrayOutputStream();
    private Path run;
    private Path result;

    @BeforeEach
    void aRun() {
        run = MadeUpResult.write(folder.resolve("results"), 2.0);
        result = run.resolve("result.json");
    }

    @Test
    void reportWritesEveryFormat() {
        Path target = folder.resolve("rendered");
        assertThat(bench(
                        "report",
                        run.toString(),
                        "--format",
                        "text,markdown,html,csv,latex",
                        "--out",
                        target.toString()))
                .as("%s", err)
                .isZero();
        for (String name : List.of("report.txt", "report.md", "report.html", "report.csv", "report.tex")) {
            assertThat(target.resolve(name)).as(name).isNotEmptyFile();
        }
        assertThat(bench("report", result.toString())).isZero();
        assertThat(out.toString(StandardCharsets.UTF_8)).contains("training, s (median)");
    }

    @Test
    void reportRefusesWhatItCannotDo() {
        refused(
                "--format pdf is unknown: use text, markdown, html, csv, latex",
                "report",
                run.toString(),
                "--format",
                "pdf");
        refused("say with --out DIR where to", "report", run.toString(), "--format", "html,csv");
        refused("does not exist", "report", folder.resolve("nothing").toString());
    }

    @Test
    void theGateEndsWithZeroOneOrTwo() throws IOException {
        Path same = MadeUpResult.write(folder.resolve("same"), 2.02);
        Path slow = MadeUpResult.write(folder.resolve("slow"), 2.6);
        assertThat(bench("gate", same.toString(), "--against", result.toString(), "--max-slowdown", "5%"))
                .isZero();
        assertThat(bench("gate", slow.toString(), "--against", result.toString(), "--max-slowdown", "5%"))
                .isOne();
        Path other = edited(tree -> ((ObjectNode) tree.get("workload")).put("samples", 9));
        refused("differ in workload samples (8 and 9)", "gate", other.toString(), "--against", result.toString());
        Path apart = edited(tree -> {
            ObjectNode variants = (ObjectNode) tree.get("variants");
            variants.set("someOther", variants.get("optimized"));
            variants.remove(List.of("optimized", "baseline"));
        });
        refused("share no variant", "gate", apart.toString(), "--against", result.toString());
        refused(
                "--max-slowdown much",
                "gate",
                result.toString(),
                "--against",
                result.toString(),
                "--max-slowdown",
                "much");
    }

    @Test
    void damagedFilesAreToldInOneSentence() throws IOException {
        String text = Files.readString(result);
        for (String command : List.of("report", "gate", "reproduce")) {
            damaged(command, text.substring(0, text.length() / 2), "damaged");
            damaged(command, "", "damaged");
            damaged(command, "\u0000\u0001 no JSON at all", "damaged");
            damaged(command, "{\"schema\": \"someone.else/3\"}", "has the schema someone.else/3");
            damaged(command, "[]", "names no schema");
            damaged(command, Files.readString(edited(tree -> tree.putObject("variants"))), "holds no samples");
            damaged(command, Files.readString(edited(tree -> noRounds(tree))), "holds no samples");
            damaged(command, Files.readString(edited(tree -> tree.putNull("workload"))), "damaged");
            damaged(command, Files.readString(edited(tree -> tree.remove("environment"))), "damaged");
            damaged(command, Files.readString(edited(tree -> zeroSeconds(tree))), "took 0.0 s in round 1");
        }
    }

    @Test
    void anInterruptedRunTellsWhatIsThereAndWhatIsMissing() throws IOException {
        Files.delete(result);
        assertThat(bench("report", run.toString())).isZero();
        assertThat(out.toString(StandardCharsets.UTF_8))
                .contains("NOT COMPLETE", "after 10 trainings", "optimized", "there:   rounds/001-baseline.json");
        refused("was interrupted", "gate", run.toString(), "--against", run.toString());
        refused("was interrupted", "reproduce", run.toString());
    }

    @Test
    void reproduceRefusesAnotherObjectAndAnUnknownCommand() throws IOException {
        refused("is not the one of run", "reproduce", result.toString());
        Path noCommand = edited(tree -> {
            ArrayNode arguments = (ArrayNode) tree.at("/environment/arguments");
            arguments.removeAll().add("rm").add("-rf");
        });
        refused("does not name the command that made it", "reproduce", noCommand.toString());
    }

    @Test
    void allNamesPartsThatFailAndRunsTheOthers() throws IOException {
        Path target = folder.resolve("everything");
        // no part accepts the number of threads: each must fail for itself, and the summary must still be written
        int code = bench("all", "--workload", "quick", "--threads", "100000", "--out", target.toString());
        assertThat(code).isOne();
        Path written;
        try (var runs = Files.list(target.resolve("all"))) {
            written = runs.findFirst().orElseThrow();
        }
        JsonNode summary = Json.readTree(written.resolve("result.json"));
        assertThat(summary.get("parts")).hasSize(6);
        for (JsonNode part : summary.get("parts")) {
            assertThat(part.get("state").asText()).isIn("FAILED", "UNAVAILABLE");
        }
        assertThat(written.resolve("phase5_master_summary.txt"))
                .content()
                .contains("compare", "--threads 100000 is not possible", "0 of 6 parts have a result");
        assertThat(written.resolve("report.html")).content().contains("0 of 6 parts have a result", "--threads 100000");
        assertThat(Json.readTree(written.resolve("manifest.json")).get("state").asText())
                .isEqualTo("incomplete");
    }

    @Test
    void allRefusesAnOutputFolderThatCannotBeMadeBeforeAnythingRuns() throws IOException {
        Path file = Files.writeString(folder.resolve("file"), "");
        refused(
                "pass another one with --out",
                "all",
                "--out",
                file.resolve("below").toString());
        refused("workload huge is unknown: use", "all", "--workload", "huge");
        assertThat(file).isEmptyFile();
    }

    @Test
    void allListsTheWorkloadsThatThereAre() {
        assertThat(bench("all", "--help")).isZero();
        String help = out.toString(StandardCharsets.UTF_8);
        for (WorkloadPreset preset : WorkloadPreset.values()) {
            assertThat(help).contains(preset.word() + " (");
        }
        assertThat(help.replaceAll("\\s+", " ")).contains("short for ablate and progressive for the others");
    }

    @Test
    void reportGoesByTheSchema() throws IOException {
        Path ablation = MadeUpAblation.write(folder.resolve("lab"), 1.5);
        assertThat(bench("report", ablation.toString())).isZero();
        assertThat(out.toString(StandardCharsets.UTF_8)).startsWith("Fizeau ablate, run");
        Path caches = MadeUpCaches.write(folder.resolve("lab"), 1);
        Path pages = folder.resolve("pages");
        assertThat(bench(
                        "report",
                        caches.resolve("result.json").toString(),
                        "--format",
                        "text,markdown,html,csv,latex",
                        "--out",
                        pages.toString()))
                .as("%s", err)
                .isZero();
        assertThat(pages.resolve("report.html")).content().contains("Which pay");
        assertThat(pages.resolve("caches.png")).isNotEmptyFile();
        refused(
                "where one of fizeau.training/1",
                "report",
                edited(tree -> tree.put("schema", "fizeau.sweep/1")).toString());
        assertThat(bench("gate", ablation.toString(), "--against", ablation.toString()))
                .isZero();
        refused("differ in schema", "gate", ablation.toString(), "--against", caches.toString());
        refused(
                "does not name the command that made it",
                "reproduce",
                caches.resolve("result.json").toString());
    }

    @Test
    void aFullDiskLeavesEarlierFilesWhole() throws IOException {
        Path disk = Files.createDirectory(folder.resolve("disk"));
        ChildProcess.Answer mounted = ChildProcess.ask(
                folder,
                Map.of(),
                Duration.ofSeconds(10),
                List.of("mount", "-t", "tmpfs", "-o", "size=64k", "tmpfs", disk.toString()));
        assumeTrue(mounted.succeeded(), "no small file system can be mounted here: " + mounted.text());
        try {
            RunFolder tight = RunFolder.create(disk, "compare", Instant.now());
            tight.expect("report.txt", "result.json");
            String text = "x".repeat(9_000);
            int written = 0;
            Exception full = null;
            while (full == null && written < 100) {
                try {
                    tight.writeText("rounds/part-" + written + ".txt", text);
                    written++;
                } catch (UncheckedIOException | IllegalArgumentException told) {
                    full = told;
                }
            }
            assertThat(written).isBetween(2, 10);
            assertThat(full).hasMessageContaining("cannot write");
            JsonNode manifest = Json.readTree(tight.path().resolve("manifest.json"));
            assertThat(manifest.get("missing").toString()).contains("result.json");
            for (JsonNode name : manifest.get("files")) {
                assertThat(tight.path().resolve(name.asText())).hasContent(text);
            }
            assertThat(bench("report", tight.path().toString())).isZero();
            assertThat(out.toString(StandardCharsets.UTF_8)).contains("missing: result.json");
        } finally {
            ChildProcess.ask(folder, Map.of(), Duration.ofSeconds(10), List.of("umount", disk.toString()));
        }
    }

    private interface Change {
        void to(ObjectNode tree);
    }

    private Path edited(Change change) throws IOException {
        ObjectNode tree = (ObjectNode) Json.readTree(result);
        change.to(tree);
        Path file = Files.createTempFile(folder, "edited", ".json");
        return Files.writeString(file, tree.toString());
    }

    private static void noRounds(ObjectNode tree) {
        ((ObjectNode) tree.at("/variants/optimized")).putArray("rounds");
    }

    private static void zeroSeconds(ObjectNode tree) {
        ((ObjectNode) tree.at("/variants/optimized/rounds/0")).put("trainingSeconds", 0.0);
    }

    private void damaged(String command, String content, String words) throws IOException {
        Path file = Files.writeString(folder.resolve("damaged.json"), content);
        List<String> arguments = new ArrayList<>(List.of(command, file.toString()));
        if (command.equals("gate")) {
            arguments.addAll(List.of("--against", result.toString()));
        }
        refused(words, arguments.toArray(String[]::new));
    }

    private void refused(String words, String... arguments) {
        int code = bench(arguments);
        String said = err.toString(StandardCharsets.UTF_8);
        assertThat(said).as(String.join(" ", arguments)).contains(words).hasLineCount(1);
        assertThat(code).isEqualTo(2);
        assertThat(out.size()).isZero();
    }

    private int bench(String... arguments) {
        out.reset();
        err.reset();
        return Main.run(new Surroundings(
                new PrintStream(out, true, StandardCharsets.UTF_8),
                new PrintStream(err, true, StandardCharsets.UTF_8),
                false,
                folder.resolve("results"),
                List.of(arguments)));
    }
}
