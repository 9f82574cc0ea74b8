// SPDX-License-Identifier: Apache-2.0
package fizeau.bench;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import fizeau.bench.files.Json;
import fizeau.bench.im2im.Im2imOutcome;
import fizeau.bench.im2im.Timing;
import fizeau.bench.protocol.Interference;
import fizeau.bench.protocol.JobReport;
import fizeau.bench.protocol.MemoryUse;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.zeroturnaround.exec.ProcessExecutor;

/**
 * Revisions of a repository that holds another bench: one source file that answers every job with the times of its
 * revision. What comes back shows whose code ran.
 */
@Tag("alone")
class Im2imRevisionsTest {
    private static final String JAVAC =
            Path.of(System.getProperty("java.home"), "bin", "javac").toString();
    private static final String SOURCE = """
            package fizeau.bench;
            import java.nio.file.*;
            public class Main {
                public static void main(String[] arguments) throws Exception {
                    String job = Files.readString(Path.of(arguments[3]));
                    String label = job.replaceAll("(?s).*\\"variant\\" : \\"(.*?)\\".*", "$1");
                    String round = job.replaceAll("(?s).*\\"round\\" : (\\\\d+).*", "$1");
                    Path here = Path.of(System.getProperty("java.class.path"));
                    String report = Files.readString(here.resolve("report.json"));
                    Files.writeString(Path.of(arguments[4]), report.replace("LABEL", label).replace("4711", round));
                }
            }
            """;

    @TempDir
    private Path folder;

    private Path repository;
    private final ByteArrayOutputStream out = new ByteArrayOutputStream();
    private final ByteArrayOutputStream err = new ByteArrayOutputStream();

    @BeforeEach
    void makeRepository() throws Exception {
        repository = Files.createDirectory(folder.resolve("project"));
        git("init", "--quiet", "--initial-branch", "slow");
        commit(SOURCE, 2, 0.5);
        git("checkout", "--quiet", "-b", "fast");
        commit(SOURCE, 1, 0.5);
        git("checkout", "--quiet", "-b", "wrong");
        commit(SOURCE, 1, 0.6);
        git("checkout", "--quiet", "-b", "broken");
        commit(SOURCE.replace("class", "clas"), 1, 0.5);
        git("checkout", "--quiet", "slow");
        Path hook = repository.resolve(".git/hooks/post-checkout");
        Files.createDirectories(hook.getParent());
        Files.writeString(hook, "#!/bin/sh\ntouch '" + folder.resolve("hooked") + "'\n");
        Files.setPosixFilePermissions(hook, PosixFilePermissions.fromString("rwxr-xr-x"));
        Files.writeString(repository.resolve("notes.txt"), "not tracked");
    }

    private void commit(String source, double seconds, double loss) throws Exception {
        Files.writeString(repository.resolve("Main.java"), source);
        Timing timing = new Timing(seconds, 1.0, 10.0);
        Im2imOutcome outcome = new Im2imOutcome(
                "1",
                "seeded",
                "none",
                Map.of("total_training", timing, "full_training", timing, "epoch_breakdown.first_epoch", timing),
                Map.of("forward", seconds / 2, "backward", seconds / 2),
                List.of(1e3 * seconds),
                Map.of("train_loss", loss),
                Map.of(),
                List.of(loss),
                seconds,
                List.of(1.0));
        JobReport report = new JobReport(
                "LABEL",
                4711,
                new JobReport.Phases(0, 0, 0, 1, true, seconds),
                MemoryUse.NONE,
                new Interference(null, 0, 0, null, null, 1, 0, null, null, null),
                Json.tree(outcome));
        Json.write(repository.resolve("report.json"), report);
        git("add", "Main.java", "report.json");
        git("commit", "--quiet", "-m", "state");
    }

    @Test
    void everyRevisionRunsItsOwnCodeAndTheCheckoutStaysAsItWas() throws Exception {
        String before = state();
        int code = train(
                "slow,segmentation\nfast,segmentation\nwrong,segmentation\nbroken,segmentation\nmissing,segmentation\n",
                "--skip-failed",
                "--rounds",
                "2",
                "--reference",
                "slow",
                "--json");
        assertThat(code).as(err()).isEqualTo(Main.FAILED);
        assertThat(state()).isEqualTo(before);
        assertThat(folder.resolve("hooked")).doesNotExist();
        JsonNode rows = Json.parse(out(), JsonNode.class).path("rows");
        for (String branch : List.of("slow", "fast")) {
            JsonNode row = rows.get(branch.equals("slow") ? 0 : 1);
            assertThat(row.at("/git/commit_hash").asText()).isEqualTo(git("rev-parse", branch));
            assertThat(row.at("/git/commit_date").asText()).isNotEmpty();
            assertThat(row.at("/git/build").asText()).hasSize(16);
            assertThat(row.path("runs")).hasSize(2);
            assertThat(row.at("/seconds/value").asDouble()).isEqualTo(branch.equals("slow") ? 2 : 1);
        }
        assertThat(rows.at("/1/speedup/ratio").asDouble()).isEqualTo(2);
        assertThat(rows.at("/2/speedup").isNull()).isTrue();
        assertThat(rows.at("/2/difference").asDouble()).isCloseTo(0.2, within(1e-9));
        assertThat(rows.at("/3/error").asText())
                .contains("branch broken (" + git("rev-parse", "broken").substring(0, 12) + ") does not build")
                .contains("exit code 1")
                .contains("the log is kept in builds/");
        assertThat(rows.at("/4/error").asText())
                .isEqualTo(
                        "line 6: branch missing is neither a preset nor a revision of repository project: use one that"
                                + " exists, or let --fetch get it");
        try (Stream<Path> logs = Files.find(
                folder.resolve("results"),
                4,
                (path, attributes) -> path.toString().endsWith(".log"))) {
            List<Path> all = logs.toList();
            assertThat(all).hasSize(4);
            assertThat(Files.readString(all.stream()
                            .filter(log -> log.getFileName().toString().startsWith(shortCommit("broken")))
                            .findFirst()
                            .orElseThrow()))
                    .contains("clas");
        }
        assertThat(Json.parse(out(), JsonNode.class).path("wrong").toString())
                .contains("results differ from those of slow");
    }

    private String shortCommit(String branch) {
        try {
            return git("rev-parse", branch).substring(0, 12);
        } catch (Exception e) {
            throw new IllegalStateException(e);
        }
    }

    @Test
    void theFirstFailureStopsTheRestUnlessItIsToBeSkipped() {
        int code = train("broken,segmentation\nfast,segmentation\n", "--json");
        assertThat(code).isEqualTo(Main.FAILED);
        JsonNode rows = Json.parse(out(), JsonNode.class).path("rows");
        assertThat(rows.at("/0/error").asText()).contains("does not build");
        assertThat(rows.at("/1/error").asText()).contains("not run");
    }

    @Test
    void changesThatNoCommitHoldsAreNotMeasuredUnnoticed() throws Exception {
        Files.writeString(repository.resolve("Main.java"), SOURCE + "// changed\n");
        assertThat(train("slow,segmentation\n")).isEqualTo(Main.BAD_INPUT);
        assertThat(err()).contains("branch slow is checked out with changes that are not committed");
        assertThat(err().lines()).hasSize(1);
        assertThat(train("fast,segmentation\n", "--rounds", "1")).as(err()).isZero();
        assertThat(train("slow,segmentation\n", "--rounds", "1", "--allow-dirty"))
                .as(err())
                .isZero();
        assertThat(Files.readString(repository.resolve("Main.java"))).endsWith("// changed\n");
    }

    @Test
    void onlyFetchFetches() throws Exception {
        Path count = folder.resolve("fetched");
        Path elsewhere = folder.resolve("elsewhere");
        git("clone", "--quiet", "--bare", ".", elsewhere.toString());
        git("checkout", "--quiet", "-b", "far");
        commit(SOURCE, 3, 0.5);
        String far = git("rev-parse", "far");
        git("push", "--quiet", elsewhere.toString(), "far");
        git("checkout", "--quiet", "slow");
        git("branch", "--quiet", "-D", "far");
        git("remote", "add", "origin", elsewhere.toString());
        Path counting = folder.resolve("counting");
        Files.writeString(counting, "#!/bin/sh\necho once >> '" + count + "'\nexec git-upload-pack \"$@\"\n");
        Files.setPosixFilePermissions(counting, PosixFilePermissions.fromString("rwxr-xr-x"));
        git("config", "remote.origin.uploadpack", counting.toString());
        git("reflog", "expire", "--expire=now", "--all");
        git("gc", "--quiet", "--prune=now");
        String before = state();

        assertThat(train("far,segmentation\n", "--rounds", "1")).isEqualTo(Main.BAD_INPUT);
        assertThat(err())
                .contains("branch far is neither a preset nor a revision")
                .contains("let --fetch get it");
        assertThat(train("slow,segmentation\n", "--rounds", "1", "--fetch"))
                .as(err())
                .isZero();
        assertThat(count).doesNotExist();

        out.reset();
        assertThat(train("far,segmentation\n", "--rounds", "1", "--fetch", "--json"))
                .as(err())
                .isZero();
        assertThat(Files.readAllLines(count)).containsExactly("once");
        JsonNode row = Json.parse(out(), JsonNode.class).at("/rows/0");
        assertThat(row.at("/git/commit_hash").asText()).isEqualTo(far);
        assertThat(row.at("/seconds/value").asDouble()).isEqualTo(3);
        assertThat(state()).isEqualTo(before);

        assertThat(train("farther,segmentation\n", "--rounds", "1", "--fetch")).isEqualTo(Main.BAD_INPUT);
        assertThat(err()).contains("branch farther does not exist in repository project and cannot be fetched");
    }

    @Test
    void presetsAndRevisionsStandInOneTable() throws Exception {
        String tiny = ",,1,1,\"data.volumes=1,data.volume=16x16x16,data.zoom=0.5,data.patch=4x8x8,model.filters=2x4,"
                + "trainer.limit_train_batches=1,trainer.limit_val_batches=0\"\n";
        int code = trainAll(
                "branch,experiment,trainer,max_epochs,batch_size,overrides\nslow,segmentation" + tiny
                        + "baseline,segmentation" + tiny + "fast,segmentation" + tiny,
                "--rounds",
                "1",
                "--reference",
                "slow",
                "--json");
        assertThat(code).as(err()).isEqualTo(Main.FAILED); // the preset's losses are not those that slow makes up
        JsonNode record = Json.parse(out(), JsonNode.class);
        assertThat(record.at("/rows/0/git/commit_hash").asText()).isEqualTo(git("rev-parse", "slow"));
        assertThat(record.at("/rows/0/seconds/value").asDouble()).isEqualTo(2);
        assertThat(record.at("/rows/1/git/build").isNull()).isTrue();
        assertThat(record.at("/rows/1/runs/0/outcome/weights").asText()).isEqualTo("seeded, seed 0");
        assertThat(record.at("/rows/1/floor/seconds").asDouble()).isPositive();
        assertThat(record.at("/rows/2/speedup/ratio").asDouble()).isEqualTo(2);
        assertThat(record.path("wrong")).hasSize(1);
        assertThat(record.at("/wrong/0").asText())
                .startsWith("baseline, segmentation: results differ from those of slow");
        assertThat(record.at("/rows/0/settings/opt.prefetch").asText()).isEqualTo("false");
    }

    private int train(String rows, String... more) {
        return trainAll("branch,experiment\n" + rows, more);
    }

    private int trainAll(String table, String... more) {
        try {
            Path tasks = Files.writeString(folder.resolve("tasks.csv"), table);
            List<String> arguments = new ArrayList<>(List.of(
                    "im2im",
                    "train",
                    "--config",
                    tasks.toString(),
                    "--repository",
                    repository.toString(),
                    "--build",
                    "'" + JAVAC + "' -d out Main.java && cp report.json out",
                    "--class-path",
                    "out"));
            arguments.addAll(List.of(more));
            err.reset();
            return Main.run(new Surroundings(
                    new PrintStream(out, true, StandardCharsets.UTF_8),
                    new PrintStream(err, true, StandardCharsets.UTF_8),
                    false,
                    folder.resolve("results"),
                    arguments));
        } catch (IOException e) {
            throw new IllegalStateException(e);
        }
    }

    /** All that a user could notice: branches, work trees, what is checked out, changes, files. */
    private String state() throws Exception {
        return git("for-each-ref")
                + git("worktree", "list")
                + git("status", "--porcelain")
                + git("symbolic-ref", "HEAD");
    }

    private String git(String... arguments) throws Exception {
        List<String> command =
                new ArrayList<>(List.of("git", "-c", "user.name=someone", "-c", "user.email=someone@example.org"));
        command.addAll(List.of(arguments));
        return new ProcessExecutor(command)
                .directory(repository.toFile())
                .readOutput(true)
                .exitValueNormal()
                .execute()
                .outputUTF8()
                .strip();
    }

    private String out() {
        return out.toString(StandardCharsets.UTF_8);
    }

    private String err() {
        return err.toString(StandardCharsets.UTF_8);
    }
}
