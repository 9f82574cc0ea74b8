// SPDX-License-Identifier: Apache-2.0
package fizeau.bench.profile;

import com.fasterxml.jackson.databind.JsonNode;
import fizeau.bench.protocol.Interference;
import fizeau.bench.protocol.JobReport;
import fizeau.bench.protocol.MemoryUse;
import fizeau.bench.stats.Bootstrap;
import fizeau.bench.stats.Interval;
import fizeau.bench.trace.RangeStatistics;
import fizeau.bench.training.VariantSpec;
import fizeau.bench.workload.Workload;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * The result of a profile; the ranges themselves are in the trace.
 *
 * @param schema {@link #SCHEMA}
 * @param kind of its numbers: measured
 * @param command that made it
 * @param runId name of the run's folder
 * @param folder where the run's files are
 * @param device word of the device
 * @param description device, libraries, threads
 * @param workload what was trained
 * @param variant switches and threads
 * @param seed of the initial weights
 * @param trainingSeconds of the recorded training
 * @param processorSeconds of all threads during it; null where the system does not tell
 * @param ranges where its time went, by name
 * @param profiling time with the recorder over time without it, medians over pairs in one process
 * @param profiledSeconds trainings with the recorder
 * @param plainSeconds trainings without it
 * @param plans transform plan by purpose
 * @param memory of the process
 * @param interference what disturbed the pairs
 * @param remarks what is missing, and why
 * @param environment machine and process, the command line included
 */
public record ProfileRecord(
        String schema,
        String kind,
        String command,
        String runId,
        String folder,
        String startedAt,
        String device,
        String description,
        Workload workload,
        VariantSpec variant,
        long seed,
        double trainingSeconds,
        Double processorSeconds,
        List<RangeStatistics> ranges,
        Interval profiling,
        double[] profiledSeconds,
        double[] plainSeconds,
        Map<String, String> plans,
        MemoryUse memory,
        Interference interference,
        List<String> remarks,
        JsonNode environment) {

    public static final String SCHEMA = "fizeau.profile/1";
    private static final double LEVEL = 0.95;
    private static final int FEWEST_PAIRS = 5;

    /** Where and under which name a run is kept. */
    public record Run(String command, String runId, String folder, String startedAt) {}

    public static ProfileRecord of(
            Run run, ProfileSettings settings, JobReport report, ProfileOutcome outcome, JsonNode environment) {
        List<RangeStatistics> ranges = RangeStatistics.of(outcome.ranges());
        return new ProfileRecord(
                SCHEMA,
                "measured",
                run.command(),
                run.runId(),
                run.folder(),
                run.startedAt(),
                settings.variant().device(),
                outcome.description(),
                settings.workload(),
                settings.variant(),
                settings.seed(),
                ranges.stream()
                                .filter(range -> range.depth() == 0)
                                .mapToLong(RangeStatistics::totalNanos)
                                .sum()
                        * 1e-9,
                outcome.processorSeconds(),
                ranges,
                new Bootstrap(LEVEL, settings.seed()).ratioOfMedians(outcome.profiledSeconds(), outcome.plainSeconds()),
                outcome.profiledSeconds(),
                outcome.plainSeconds(),
                outcome.plans(),
                report.memory(),
                report.interference(),
                remarks(outcome),
                environment);
    }

    private static List<String> remarks(ProfileOutcome outcome) {
        List<String> remarks = new ArrayList<>();
        int pairs = outcome.profiledSeconds().length;
        if (pairs < FEWEST_PAIRS) {
            remarks.add(pairs + (pairs == 1 ? " pair proves" : " pairs prove")
                    + " nothing about the cost of profiling: " + FEWEST_PAIRS + " are the fewest");
        }
        if (outcome.flameGraphProblem() != null) {
            remarks.add("no flame graph: " + outcome.flameGraphProblem());
        }
        return remarks;
    }
}
