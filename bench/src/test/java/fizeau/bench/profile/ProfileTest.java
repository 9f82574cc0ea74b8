// SPDX-License-Identifier: Apache-2.0
package fizeau.bench.profile;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import fizeau.backend.StageClock.Stage;
import fizeau.bench.files.Json;
import fizeau.bench.files.RunFolder;
import fizeau.bench.pipeline.SmallWorkload;
import fizeau.bench.protocol.Job;
import fizeau.bench.protocol.JobReport;
import fizeau.bench.trace.EventFile;
import fizeau.bench.trace.RangeRecorder;
import fizeau.bench.trace.RangeStatistics;
import fizeau.bench.trace.TraceFormat;
import fizeau.bench.training.VariantSpec;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A profile of a small training, from its run to its files. */
@Tag("alone")
class ProfileTest {
    private static final int SAMPLES = 3;
    private static final int EPOCHS = 4;
    private static final int PAIRS = 2;

    @TempDir
    private static Path place;

    private static ProfileOutcome outcome;
    private static ProfileRecord record;
    private static Path folder;

    @BeforeAll
    static void profile() {
        SmallWorkload small = SmallWorkload.write(place, SAMPLES, EPOCHS);
        RunFolder run = RunFolder.create(place, "profile", Instant.now());
        ProfileFiles files = new ProfileFiles(run);
        ProfileSettings settings = new ProfileSettings(
                small.workload(),
                VariantSpec.optimized("cpu", 1),
                SmallWorkload.SEED,
                small.objectFile().toString(),
                0,
                PAIRS,
                files.flameGraphPath());
        JobReport report = new ProfileRunner()
                .run(new Job(ProfileSettings.FAMILY, "optimized", 0, Json.tree(settings)), 0, share -> {});
        outcome = Json.value(report.outcome(), ProfileOutcome.class);
        record = ProfileRecord.of(
                new ProfileRecord.Run("profile", run.runId(), run.shownPath(), "now"),
                settings,
                report,
                outcome,
                Json.tree(List.of()));
        files.write(record, outcome);
        run.finish();
        folder = run.path().resolve(ProfileFiles.FOLDER);
    }

    @Test
    void everySampleIterationAndStageIsThere() {
        assertThat(calls(ProfileOutcome.SAMPLE)).isEqualTo(SAMPLES);
        assertThat(calls(ProfileOutcome.BEGIN)).isEqualTo(SAMPLES);
        assertThat(calls(ProfileOutcome.END)).isEqualTo(SAMPLES);
        assertThat(calls(ProfileOutcome.ITERATION)).isEqualTo(SAMPLES * EPOCHS);
        for (Stage stage : Stage.values()) {
            assertThat(calls(RangeRecorder.name(stage))).isEqualTo(SAMPLES * EPOCHS);
        }
        assertThat(outcome.profiledSeconds()).hasSize(PAIRS).doesNotContain(0);
        assertThat(outcome.plainSeconds()).hasSize(PAIRS).doesNotContain(0);
    }

    @Test
    void theTraceKeepsTheRulesOfItsViewers() {
        JsonNode trace = Json.readTree(folder.resolve("trace.json"));
        assertThat(TraceFormat.violations(trace)).isEmpty();
        int perIteration = 1 + Stage.values().length + 1; // the iteration, its stages, the loss
        assertThat(trace.path("traceEvents")).hasSize(2 + SAMPLES * 3 + SAMPLES * EPOCHS * perIteration);
    }

    @Test
    void theEventFileHoldsTheLosses() throws IOException {
        Path file;
        try (Stream<Path> files = Files.list(folder.resolve("tensorboard"))) {
            file = files.findFirst().orElseThrow();
        }
        assertThat(file.getFileName().toString()).startsWith("events.out.tfevents.");
        List<EventFile.Event> losses = EventFile.read(Files.readAllBytes(file)).stream()
                .filter(event -> "loss".equals(event.tag()))
                .toList();
        assertThat(losses).hasSize(SAMPLES * EPOCHS);
        List<Float> recorded = outcome.ranges().stream()
                .filter(range -> range.value() != null)
                .map(range -> range.value().floatValue())
                .toList();
        assertThat(losses).extracting(EventFile.Event::value).isEqualTo(recorded);
        assertThat(losses).extracting(EventFile.Event::step).last().isEqualTo((long) SAMPLES * EPOCHS);
    }

    @Test
    void selfTimesAddUpToTheTraining() {
        long self =
                record.ranges().stream().mapToLong(RangeStatistics::selfNanos).sum();
        long whole = outcome.ranges().stream()
                .filter(range -> range.parent() < 0)
                .mapToLong(range -> range.nanos())
                .sum();
        assertThat(self).isEqualTo(whole);
    }

    @Test
    void theTextsSayWhatTheyShould() throws IOException {
        assertThat(Files.readString(folder.resolve("cpu_time_summary.txt")))
                .contains("telescope loss + adjoint")
                .contains("processor, all threads");
        assertThat(Files.readString(folder.resolve("cuda_memory_summary.txt"))).startsWith("unavailable");
        assertThat(Files.readString(folder.resolve("detailed_breakdown.txt"))).hasLineCount(3 + SAMPLES);
        assertThat(Files.readString(folder.resolve("profiling_summary.txt")))
                .contains("Cost of profiling:")
                .contains("2 pairs prove nothing");
    }

    @Test
    void aFlameGraphIsThereOrItsAbsenceExplained() throws IOException {
        Path page = folder.resolve("flamegraph.html");
        assertThat(outcome.flameGraph()).isEqualTo(Files.exists(page));
        if (outcome.flameGraph()) {
            // names are stored sorted, without the letters they share with the one before
            assertThat(Files.readString(page)).containsIgnoringCase("<html").contains("eau/backend/");
        } else {
            assertThat(outcome.flameGraphProblem()).isNotBlank();
            assertThat(record.remarks()).anyMatch(remark -> remark.contains("no flame graph"));
        }
    }

    private static int calls(String name) {
        return record.ranges().stream()
                .filter(range -> range.name().equals(name))
                .mapToInt(RangeStatistics::calls)
                .sum();
    }
}
