// SPDX-License-Identifier: Apache-2.0
package fizeau.bench.profile;

import fizeau.bench.files.RunFolder;
import fizeau.bench.trace.ChromeTrace;
import fizeau.bench.trace.Range;
import fizeau.bench.trace.TensorBoardEvents;
import fizeau.image.AtomicFile;
import java.time.Instant;

/** Writes the files of a profile; those in its folder have the names that users of the original know. */
public final class ProfileFiles {
    /** Inside the run's folder. */
    public static final String FOLDER = "profiling";

    static final String TENSORBOARD = FOLDER + "/tensorboard";

    private static final String TRACE = FOLDER + "/trace.json";
    private static final String PROCESSOR = FOLDER + "/cpu_time_summary.txt";
    private static final String GRAPHICS = FOLDER + "/cuda_memory_summary.txt";
    private static final String BREAKDOWN = FOLDER + "/detailed_breakdown.txt";
    private static final String SUMMARY = FOLDER + "/profiling_summary.txt";
    private static final String FLAME_GRAPH = FOLDER + "/flamegraph.html";
    private static final String RESULT = "result.json";

    private final RunFolder folder;

    public ProfileFiles(RunFolder folder) {
        this.folder = folder;
        folder.expect(TRACE, PROCESSOR, GRAPHICS, BREAKDOWN, SUMMARY, RESULT);
    }

    /** Where the profiled process puts its flame graph; the path is absolute. */
    public String flameGraphPath() {
        return folder.resolve(FLAME_GRAPH).toAbsolutePath().toString();
    }

    /** Writes everything and returns the summary. */
    public String write(ProfileRecord record, ProfileOutcome outcome) {
        Instant startedAt = Instant.parse(outcome.startedAt());
        folder.writeJson(
                TRACE,
                ChromeTrace.of(
                        "fizeau " + record.command(),
                        outcome.processId(),
                        "training",
                        startedAt,
                        new ChromeTrace.Counter(ProfileOutcome.ITERATION, "loss"),
                        outcome.ranges()));
        TensorBoardEvents events = scalars(startedAt, outcome);
        String name = TENSORBOARD + "/" + events.fileName();
        AtomicFile.write(folder.resolve(name), out -> out.write(events.toBytes()));
        folder.add(name);
        ProfileText text = new ProfileText(record, outcome.ranges());
        folder.writeText(PROCESSOR, text.processorTimeSummary());
        folder.writeText(GRAPHICS, text.graphicsMemorySummary());
        folder.writeText(BREAKDOWN, text.detailedBreakdown());
        if (outcome.flameGraph()) {
            folder.add(FLAME_GRAPH);
        }
        folder.writeJson(RESULT, record);
        folder.writeText(SUMMARY, text.summary());
        return text.summary();
    }

    /** The loss and the time of every iteration, and the time of every other range by its number. */
    private static TensorBoardEvents scalars(Instant startedAt, ProfileOutcome outcome) {
        TensorBoardEvents events = new TensorBoardEvents(startedAt);
        for (Range range : outcome.ranges()) {
            String tag = "milliseconds/" + range.name().replace(" + ", "_").replace(' ', '_');
            events.scalar(tag, range.number(), range.endNanos(), range.nanos() * 1e-6);
            if (range.value() != null) {
                events.scalar("loss", range.number(), range.endNanos(), range.value());
            }
        }
        return events;
    }
}
