// SPDX-License-Identifier: Apache-2.0
package fizeau.bench.im2im;

import fizeau.bench.protocol.Interference;
import fizeau.bench.protocol.JobReport;
import fizeau.bench.protocol.MemoryUse;
import fizeau.bench.stats.Interval;
import fizeau.bench.stats.Judgement;
import fizeau.bench.stats.Ratio;
import java.util.Comparator;
import java.util.List;

/**
 * What came of one row.
 *
 * @param label names it in this run, never twice
 * @param line in the table
 * @param settings null where the row could not run
 * @param switches that were on
 * @param kind {@code measured} or {@code unavailable}
 * @param error why it failed, one sentence; null where it did not
 * @param git what code ran; null where none did
 * @param startedAt of its first process; null where there was none
 * @param runs its processes, in order of rounds
 * @param seconds median of what is compared, see {@link Im2imOutcome#headline}; null where nothing was measured
 * @param reference label of the row it is compared with; null without one
 * @param difference largest relative difference of losses (or outputs) from the reference's; null without a reference
 * @param speedup reference's time over this row's; null without a reference and where results differ too much
 * @param floor what its convolutions alone take; null where they were not measured
 */
public record Im2imRow(
        String label,
        int line,
        String branch,
        String experiment,
        Im2imTask task,
        Im2imSettings settings,
        List<String> switches,
        String kind,
        String error,
        GitInfo git,
        String startedAt,
        List<Run> runs,
        Interval seconds,
        String reference,
        Double difference,
        Ratio speedup,
        Judgement judgement,
        Im2imFloor floor) {

    /** One process. */
    public record Run(
            int round, JobReport.Phases phases, MemoryUse memory, Interference interference, Im2imOutcome outcome) {

        public double timed() {
            return phases.timed();
        }
    }

    public Im2imRow {
        switches = List.copyOf(switches);
        runs = List.copyOf(runs);
    }

    /** The same with a floor. */
    Im2imRow on(Im2imFloor found) {
        return new Im2imRow(
                label,
                line,
                branch,
                experiment,
                task,
                settings,
                switches,
                kind,
                error,
                git,
                startedAt,
                runs,
                seconds,
                reference,
                difference,
                speedup,
                judgement,
                found);
    }

    public boolean measured() {
        return !runs.isEmpty();
    }

    /** The run whose time is the median, of two the faster one; the row must be measured. */
    public Run medianRun() {
        return runs.stream()
                .sorted(Comparator.comparingDouble(Run::timed))
                .skip((runs.size() - 1) / 2)
                .findFirst()
                .orElseThrow();
    }
}
