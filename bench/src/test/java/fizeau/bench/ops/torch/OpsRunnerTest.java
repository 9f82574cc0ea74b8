// SPDX-License-Identifier: Apache-2.0
package fizeau.bench.ops.torch;

import static org.assertj.core.api.Assertions.assertThat;

import fizeau.bench.files.Json;
import fizeau.bench.ops.Candidate;
import fizeau.bench.ops.OpsJob;
import fizeau.bench.ops.OpsOutcome;
import fizeau.bench.ops.Schedule;
import fizeau.bench.protocol.Job;
import fizeau.bench.protocol.JobReport;
import java.util.List;
import org.junit.jupiter.api.Test;

/** A real search and a real timing of the smallest operator, in this process. */
class OpsRunnerTest {

    @Test
    void theSearchTimesCorrectSchedulesAndTheirTimingIsChecked() {
        OpsOutcome search = run(null, 0);
        List<Candidate> timed = search.candidates().stream()
                .filter(one -> one.fastestMillis() != null)
                .toList();
        assertThat(timed).extracting(one -> one.schedule().implementation()).contains("eager", "jit", "openblas");
        assertThat(timed).allMatch(one -> one.fastestMillis() > 0);
        assertThat(search.candidates()).noneMatch(one -> one.remark().startsWith("wrong"));

        OpsOutcome timing = run(timed.get(0).schedule(), 1);
        assertThat(timing.agreement().passed()).isTrue();
        assertThat(timing.agreement().worstAbsolute()).isPositive();
        assertThat(timing.millis()).hasSizeBetween(1, 20).allMatch(millis -> millis > 0);
    }

    private static OpsOutcome run(Schedule schedule, int round) {
        OpsJob settings = new OpsJob("linear_small", "doc", 1, 1, schedule, "passive", 2, 20, 3, 0.02);
        JobReport report =
                new OpsRunner().run(new Job(OpsJob.FAMILY, "test", round, Json.tree(settings)), 0, share -> {});
        return Json.value(report.outcome(), OpsOutcome.class);
    }
}
