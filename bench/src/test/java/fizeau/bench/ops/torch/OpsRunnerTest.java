// SPDX-License-Identifier: Apache-2.0
package fizeau.bench.ops.torch;

import static org.assertj.core.api.Assertions.assertThat;

import fizeau.bench.files.Json;
import fizeau.bench.ops.Candidate;
import fizeau.bench.ops.OperatorShape.MatMul;
import fizeau.bench.ops.OpsJob;
import fizeau.bench.ops.OpsOutcome;
import fizeau.bench.ops.Reference;
import fizeau.bench.ops.Schedule;
import fizeau.bench.protocol.Job;
import fizeau.bench.protocol.JobReport;
import java.util.List;
import org.bytedeco.pytorch.NoGradGuard;
import org.junit.jupiter.api.Test;

/** A real search and a real timing of the smallest operator, in this process. */
class OpsRunnerTest {

    @Test
    void theSearchTimesCorrectSchedulesAndTheirTimingIsChecked() {
        OpsOutcome search = run(job(null, false, null), 0);
        List<Candidate> timed = search.candidates().stream()
                .filter(one -> one.fastestMillis() != null)
                .toList();
        assertThat(timed).extracting(one -> one.schedule().implementation()).contains("eager", "jit", "openblas");
        assertThat(timed).allMatch(one -> one.fastestMillis() > 0);
        assertThat(search.candidates()).noneMatch(one -> one.remark().startsWith("wrong"));

        OpsOutcome timing = run(job(timed.get(0).schedule(), false, null), 1);
        assertThat(timing.agreement().passed()).isTrue();
        assertThat(timing.agreement().worstAbsolute()).isPositive();
        assertThat(timing.millis()).hasSizeBetween(1, 20).allMatch(millis -> millis > 0);
    }

    @Test
    void whatTheFirstProcessKnowsServesTheOthers() {
        OpsJob first = job(new Schedule("jit", 1, 1, false, "passive"), false, null);
        OpsOutcome known = run(first, 1);
        assertThat(known.reference().values()).hasSizeGreaterThan(2000);
        OpsOutcome again = run(job(first.schedule(), false, known.reference()), 2);
        assertThat(again.agreement()).isEqualTo(known.agreement());

        Reference wrong = new Reference(
                "a test",
                known.reference().outputs(),
                known.reference().count(),
                known.reference().values().stream().map(value -> value + 1).toList());
        for (boolean firstCall : new boolean[] {true, false}) {
            OpsOutcome refused = run(job(first.schedule(), firstCall, wrong), 3);
            assertThat(refused.agreement().passed()).isFalse();
            assertThat(refused.millis()).isEmpty();
        }
        assertThat(run(job(first.schedule(), true, known.reference()), 4).millis())
                .hasSize(1)
                .allMatch(millis -> millis > 0);
    }

    @Test
    void aSearchWithoutTimeKnowsEagerJitAndWhatPromisesMost() {
        OpsJob hurried =
                new OpsJob("linear_small", "doc", 1, 2, "cpu", null, "passive", 2, 20, 1e-9, false, null, 0.02);
        List<Candidate> candidates = run(hurried, 0).candidates();
        assertThat(candidates)
                .filteredOn(one -> one.fastestMillis() != null)
                .extracting(one -> one.schedule().implementation())
                .containsExactly("eager", "jit", "onednn-packed");
        assertThat(candidates)
                .filteredOn(one -> one.fastestMillis() == null)
                .allMatch(one -> one.remark().startsWith("not tried"));
    }

    /** 4 TB of output: the allocator refuses, every candidate says so, and the process lives on. */
    @Test
    void outOfMemoryIsToldByEveryCandidate() {
        MatMul huge = new MatMul(1 << 20, 1, 1 << 20);
        try (NoGradGuard guard = new NoGradGuard();
                Tensors parameters = new Tensors(huge.parameters(1))) {
            List<Candidate> candidates = new ScheduleSearch(
                            huge, parameters, Correctness.of(huge, 1, parameters), job(null, false, null))
                    .run(share -> {});
            assertThat(candidates).isNotEmpty().allMatch(one -> one.fastestMillis() == null);
            assertThat(candidates)
                    .filteredOn(one -> one.schedule().implementation().equals("eager"))
                    .isNotEmpty()
                    .allMatch(one -> one.remark().contains("can't allocate memory")
                            || one.remark().contains("not tried"));
        }
    }

    private static OpsJob job(Schedule schedule, boolean firstCall, Reference reference) {
        return new OpsJob(
                "linear_small", "doc", 1, 1, "cpu", schedule, "passive", 2, 20, 3, firstCall, reference, 0.02);
    }

    private static OpsOutcome run(OpsJob settings, int round) {
        JobReport report =
                new OpsRunner().run(new Job(OpsJob.FAMILY, "test", round, Json.tree(settings)), 0, share -> {});
        return Json.value(report.outcome(), OpsOutcome.class);
    }
}
