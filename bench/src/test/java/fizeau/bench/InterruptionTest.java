// SPDX-License-Identifier: Apache-2.0
package fizeau.bench;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import fizeau.bench.files.InterruptedRun;
import fizeau.bench.files.Json;
import fizeau.bench.files.RunFolder;
import fizeau.bench.protocol.ChildJvm;
import fizeau.bench.protocol.JobReport;
import fizeau.bench.training.TrainingRecord;
import fizeau.bench.training.TrainingRun;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

/** Real runs in real processes, interrupted: what was finished stays readable, and what is missing is named. */
@EnabledOnOs(OS.LINUX)
@Tag("alone")
class InterruptionTest {
    private static final long PATIENCE_SECONDS = 240;
    private static final int ROUNDS = 3;
    private static final int SIGINT = 2;
    private static final int BY_SIGINT = 128 + SIGINT;

    @TempDir
    private Path folder;

    private Process run;

    @AfterEach
    void nobodyStays() {
        if (run != null) {
            run.descendants().forEach(ProcessHandle::destroyForcibly);
            run.destroyForcibly();
        }
    }

    @Test
    void aKilledTrainingIsNamedAndTheOtherRoundsStand() throws Exception {
        run = start(List.of(), results());
        Path runFolder = afterFirstRound();
        ProcessHandle second = waitForChild();
        assertThat(second.destroyForcibly()).isTrue(); // SIGKILL
        assertThat(exitCode()).as(complaints()).isEqualTo(Main.FAILED);
        assertThat(complaints()).contains("variant optimized in round 2 failed").contains("exit code 137");

        assertThat(readable(runFolder, 1)).isTrue();
        assertThat(readable(runFolder, 2)).isFalse();
        assertThat(readable(runFolder, 3)).isTrue();
        TrainingRecord record = Json.read(runFolder.resolve("result.json"), TrainingRecord.class);
        assertThat(record.missing()).singleElement().satisfies(missing -> {
            assertThat(missing.round()).isEqualTo(2);
            assertThat(missing.reason()).contains("137");
        });
        assertThat(record.variants().get("optimized").rounds()).hasSize(ROUNDS - 1);
        RunFolder.Manifest manifest = manifest(runFolder);
        assertThat(manifest.state()).isEqualTo("incomplete");
        assertThat(manifest.remarks()).singleElement().asString().contains("round 2");
    }

    @Test
    void afterCtrlCTheFinishedRoundsAreReadableAndNobodyRunsOn() throws Exception {
        assumeTrue(mayBeInterrupted(), "whoever started these tests has them ignore Ctrl-C, and so would the run");
        run = start(List.of(), results());
        Path runFolder = afterFirstRound();
        ProcessHandle second = waitForChild();
        signal("INT", run.pid());
        assertThat(exitCode()).as(complaints()).isEqualTo(BY_SIGINT);
        waitFor("the end of the child", () -> !second.isAlive());

        assertThat(readable(runFolder, 1)).isTrue();
        RunFolder.Manifest manifest = manifest(runFolder);
        assertThat(manifest.state()).isEqualTo("running");
        assertThat(manifest.files()).contains("rounds/001-optimized.json");
        assertThat(manifest.missing()).contains("result.json", "report.txt", "iterations.csv");
        InterruptedRun interrupted = InterruptedRun.in(runFolder).orElseThrow();
        assertThat(interrupted.sentence()).contains("it was interrupted").contains("after 1 training");
        assertThat(leftovers(runFolder)).isEmpty();
    }

    /** A file system of a few pages that belongs to this run alone; needs the right to make one. */
    @Test
    void aFullDiskLeavesTheFinishedRoundsReadable() throws Exception {
        assumeTrue(mayMount(), "a small file system cannot be mounted here");
        Path disk = Files.createDirectory(folder.resolve("disk"));
        String script = "mount -t tmpfs -o size=96k none \"$0\" && { \"$@\"; code=$?; cp -r \"$0\" \"$0-afterwards\";"
                + " exit $code; }";
        run = start(List.of("unshare", "-r", "-m", "sh", "-c", script, disk.toString()), disk);
        assertThat(exitCode()).as(complaints()).isEqualTo(Main.FAILED);
        assertThat(complaints()).contains("No space left on device");

        Path runFolder = onlyRun(folder.resolve("disk-afterwards")).orElseThrow();
        assertThat(runFolder.resolve("result.json")).doesNotExist();
        RunFolder.Manifest manifest = manifest(runFolder);
        assertThat(manifest.missing()).contains("result.json");
        InterruptedRun interrupted = InterruptedRun.in(runFolder).orElseThrow();
        assertThat(interrupted.trainings())
                .isNotEmpty()
                .allSatisfy(file -> assertThat(TrainingRun.of(Json.read(file, JobReport.class))
                                .outcome()
                                .losses())
                        .hasSize(400));
        assertThat(leftovers(runFolder)).isEmpty();
    }

    /** A shell starts background processes with the signal ignored, and its descendants inherit that. */
    private static boolean mayBeInterrupted() throws IOException {
        return Files.readAllLines(Path.of("/proc/self/status")).stream()
                .filter(line -> line.startsWith("SigIgn:"))
                .map(line -> Long.parseUnsignedLong(
                        line.substring("SigIgn:".length()).trim(), 16))
                .noneMatch(ignored -> (ignored & 1L << (SIGINT - 1)) != 0);
    }

    /** Small enough for seconds, large enough for its rounds to fill 96 kB. */
    private Process start(List<String> before, Path results) throws IOException {
        List<String> command = new ArrayList<>(before);
        command.addAll(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Xmx256m",
                "-cp",
                System.getProperty("java.class.path"),
                Main.class.getName(),
                "optimized"));
        command.addAll(List.of("--object-size", "16", "--image-size", "32", "--aperture-radius", "4"));
        command.addAll(List.of("--pattern-radius", "8", "--samples", "20", "--epochs", "20", "--threads", "1"));
        command.addAll(
                List.of("--warmup-seconds", "0.1", "--rounds", Integer.toString(ROUNDS), "--out", results.toString()));
        return new ProcessBuilder(command)
                .redirectOutput(folder.resolve("out.txt").toFile())
                .redirectError(folder.resolve("err.txt").toFile())
                .start();
    }

    private Path results() {
        return folder.resolve("results");
    }

    private Path afterFirstRound() throws Exception {
        waitFor(
                "the first round",
                () -> onlyRun(results())
                        .map(path -> Files.exists(path.resolve("rounds/001-optimized.json")))
                        .orElse(false));
        return onlyRun(results()).orElseThrow();
    }

    /** The child of a round: that of the round before has ended when its report is there. */
    private ProcessHandle waitForChild() throws Exception {
        waitFor("a child", () -> child().isPresent());
        return child().orElseThrow();
    }

    private Optional<ProcessHandle> child() {
        return run.descendants()
                .filter(process -> process.info()
                        .arguments()
                        .map(arguments -> List.of(arguments).contains(ChildJvm.COMMAND))
                        .orElse(false))
                .findFirst();
    }

    private void waitFor(String what, BooleanSupplier condition) throws Exception {
        long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(PATIENCE_SECONDS);
        while (!condition.getAsBoolean()) {
            assertThat(System.nanoTime())
                    .as("waiting for %s; %s", what, complaints())
                    .isLessThan(end);
            Thread.sleep(5);
        }
    }

    private int exitCode() throws Exception {
        assertThat(run.waitFor(PATIENCE_SECONDS, TimeUnit.SECONDS))
                .as(complaints())
                .isTrue();
        return run.exitValue();
    }

    private String complaints() throws IOException {
        return Files.readString(folder.resolve("err.txt"));
    }

    private static Optional<Path> onlyRun(Path results) {
        Path command = results.resolve("optimized");
        if (!Files.isDirectory(command)) {
            return Optional.empty();
        }
        try (Stream<Path> runs = Files.list(command)) {
            return runs.findFirst();
        } catch (IOException e) {
            return Optional.empty();
        }
    }

    private static RunFolder.Manifest manifest(Path runFolder) {
        return Json.read(runFolder.resolve("manifest.json"), RunFolder.Manifest.class);
    }

    private static boolean readable(Path runFolder, int round) {
        Path file = runFolder.resolve(String.format("rounds/%03d-optimized.json", round));
        return Files.exists(file)
                && TrainingRun.of(Json.read(file, JobReport.class)).outcome().losses().length == 400;
    }

    private static List<Path> leftovers(Path runFolder) throws IOException {
        try (Stream<Path> files = Files.walk(runFolder)) {
            return files.filter(file -> file.toString().endsWith(".tmp")).toList();
        }
    }

    private static void signal(String name, long process) throws Exception {
        assertThat(new ProcessBuilder("kill", "-" + name, Long.toString(process))
                        .start()
                        .waitFor())
                .isZero();
    }

    private static boolean mayMount() throws InterruptedException {
        try {
            return new ProcessBuilder("unshare", "-r", "-m", "mount", "-t", "tmpfs", "none", "/mnt")
                            .redirectErrorStream(true)
                            .start()
                            .waitFor()
                    == 0;
        } catch (IOException absent) {
            return false;
        }
    }
}
