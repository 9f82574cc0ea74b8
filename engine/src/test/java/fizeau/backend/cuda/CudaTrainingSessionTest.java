// SPDX-License-Identifier: Apache-2.0
package fizeau.backend.cuda;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import fizeau.backend.Backend;
import fizeau.backend.Plan;
import fizeau.backend.Precision;
import fizeau.backend.Ranges;
import fizeau.backend.Switches;
import fizeau.backend.TrainingLevel;
import fizeau.backend.TrainingSession;
import fizeau.backend.TrainingSpec;
import fizeau.backend.cuda.raw.CudaException;
import fizeau.backend.cuda.raw.LiveObjects;
import fizeau.cache.CacheStatistics;
import fizeau.kernels.PretendCuda;
import fizeau.optics.PixelPosition;
import fizeau.optics.Shape;
import fizeau.reconstruct.DecoderInitializer;
import fizeau.reconstruct.DecoderLayout;
import fizeau.testkit.RandomImages;
import fizeau.testkit.Tolerances;
import fizeau.testkit.TrainingSessionConformance;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** The conformance suite on the pretend driver, and what only a device has: graphs, late losses, memory of its own. */
@ExtendWith(PretendCudaExtension.class)
class CudaTrainingSessionTest extends TrainingSessionConformance {

    private static final float[] OBJECT = RandomImages.amplitudes(256, 11);
    private static final float[] START = DecoderInitializer.initialParameters(DecoderLayout.of(SPEC.decoder()), 3);

    private final PretendCuda machine;
    private CudaBackend opened;

    CudaTrainingSessionTest(PretendCuda machine) {
        this.machine = machine;
    }

    @Override
    protected Backend open(int threads) {
        opened = CudaBackend.open(machine.settings(), 0);
        return opened;
    }

    @Override
    protected Set<Plan> trainingPlans() {
        return EnumSet.of(Plan.MATRIX, Plan.FFT);
    }

    /** The plan that is taken where none is named. */
    protected Plan plan() {
        return Plan.MATRIX;
    }

    @Override
    protected long nativeBytes() {
        return opened == null ? 0 : opened.deviceBytes();
    }

    @AfterEach
    void nothingIsLeftOnTheDevice() {
        opened.close(); // the suite closes once more
        assertThat(LiveObjects.count()).isZero();
    }

    /** Sums have a fixed order, so neither repetition nor graphs, caches, shared launches or fused steps move a bit. */
    @Test
    void everySettingGivesTheSameBits() {
        Trained expected = train(SPEC, Switches.optimized(1));
        List<Switches> settings = new ArrayList<>(List.of(Switches.optimized(1)));
        for (int off = 0; off < 6; off++) {
            settings.add(new Switches(off != 0, off != 1, off != 2, Optional.empty(), off != 3, off != 4, 1, off != 5));
        }
        settings.add(new Switches(false, false, false, Optional.of(plan()), false, false, 1, false));
        for (Switches switches : settings) {
            Trained again = train(SPEC, switches);
            assertThat(again.losses()).as("%s", switches).isEqualTo(expected.losses());
            assertThat(again.estimate()).as("%s", switches).isEqualTo(expected.estimate());
        }
    }

    /** More iterations than the ring of losses holds, replayed in runs and alone: every loss arrives where it belongs. */
    @Test
    void lossesOfManyIterationsArriveInOrder() {
        int iterations = 2 * LossLog.HALF + IterationGraphs.RUN + 3;
        float[] replayed = losses(Switches.optimized(1), iterations);
        float[] launched = losses(noGraphs(), iterations);
        assertThat(replayed).isEqualTo(launched);
        assertThat(replayed[iterations - 1]).isPositive().isLessThan(replayed[0]);
    }

    /** The same aperture again weighs its target as a later sample does, not as the first did. */
    @Test
    void aRepeatedApertureIsTrainedAlike() {
        float[][] losses = new float[2][];
        for (int cached = 0; cached < 2; cached++) {
            boolean on = cached == 1;
            try (TrainingSession session =
                    session(new Switches(on, true, true, Optional.empty(), true, true, 1, true))) {
                losses[cached] = new float[3];
                for (int sample = 0; sample < 3; sample++) {
                    float[] one = new float[1];
                    session.beginSample(PixelPosition.CENTRE);
                    session.iterate(1, one);
                    session.endSample();
                    losses[cached][sample] = one[0];
                }
            }
        }
        assertThat(losses[1]).isEqualTo(losses[0]);
    }

    @Test
    void graphsAskTheCachesOnce() {
        Map<String, CacheStatistics> replayed =
                train(SPEC, Switches.optimized(1)).report().caches();
        Map<String, CacheStatistics> launched = train(SPEC, noGraphs()).report().caches();
        int comparisons = 2 * CENTRES.size() - 1;
        assertThat(replayed.get("measurement").misses()).isEqualTo(comparisons);
        assertThat(launched.get("measurement").misses()).isEqualTo(comparisons);
        assertThat(replayed.get("measurement").entries())
                .as("what was measured from frozen estimates is not kept")
                .isEqualTo(CENTRES.size());
        // once when the sample begins, once in every iteration
        assertThat(launched.get("measurement").lookups()).isEqualTo((long) comparisons * (1 + ITERATIONS));
        assertThat(replayed.get("measurement").lookups())
                .isLessThan(launched.get("measurement").lookups());
    }

    @Test
    void memoryReturnsToItsStartAfterEverySession() {
        long before = opened.deviceBytes();
        for (int i = 0; i < 2; i++) {
            long peak = train(SPEC, Switches.optimized(1)).report().nativeBytes();
            assertThat(peak).isGreaterThan(3L * Float.BYTES * START.length); // weights and two moments
            assertThat(opened.deviceBytes()).isEqualTo(before);
        }
    }

    /** By either plan, replayed and launched: the same training within rounding, in more steps and more memory. */
    @Test
    void theLossMayBeAStepOfItsOwn() {
        for (Plan plan : trainingPlans()) {
            Trained fused = train(SPEC, withPlan(plan, 1));
            Trained apart = train(SPEC, withPlan(plan, 1).withFusedLoss(false));
            double[] wanted = new double[fused.losses().length];
            for (int i = 0; i < wanted.length; i++) {
                wanted[i] = fused.losses()[i];
            }
            Tolerances.assertClose(apart.losses(), wanted, Tolerances.LATER_LOSSES);
            assertThat(apart.report().nativeBytes() - fused.report().nativeBytes())
                    .as("a measurement")
                    .isEqualTo((long) Float.BYTES * SPEC.frame().count());
            Switches launched = new Switches(true, true, true, Optional.of(plan), true, true, 1, false);
            assertThat(train(SPEC, launched.withFusedLoss(false)).losses()).isEqualTo(apart.losses());
        }
    }

    /** Whatever was trained on the device before, or is open beside it. The first may hold arrays of timings as well. */
    @Test
    void theMostMemoryThatASessionHeldIsItsOwn() {
        train(SPEC, Switches.optimized(1));
        long alone = train(SPEC, Switches.optimized(1)).report().nativeBytes();
        TrainingSpec large =
                new TrainingSpec(SPEC.object(), Shape.square(96), SPEC.aperture(), SPEC.decoder(), SPEC.learningRate());
        assertThat(train(large, Switches.optimized(1)).report().nativeBytes()).isGreaterThan(alone);
        assertThat(train(SPEC, Switches.optimized(1)).report().nativeBytes()).isEqualTo(alone);
        try (TrainingSession other = opened.openTraining(large, Switches.optimized(1), OBJECT, START)) {
            other.beginSample(PixelPosition.CENTRE);
            assertThat(train(SPEC, Switches.optimized(1)).report().nativeBytes())
                    .isEqualTo(alone);
        }
    }

    /** Every way in which a capture can fail: it is told, nothing stays behind, and training goes on. */
    @Test
    void aFailedCaptureLeavesNothingOpen() throws Exception {
        float[] expected = losses(Switches.optimized(1), 12);
        String[] calls = {
            "cuStreamBeginCapture_v2", "cuLaunchKernel", "cuStreamEndCapture", "cuGraphInstantiateWithFlags"
        };
        for (String call : calls) {
            int before = LiveObjects.count();
            try (TrainingSession session = session(Switches.optimized(1))) {
                float[] losses = new float[12];
                session.beginSample(PixelPosition.CENTRE);
                session.iterate(1, losses);
                int during = LiveObjects.count();
                long bytes = opened.deviceBytes();
                try (AutoCloseable fault = machine.failing(call + " 2")) {
                    assertThatThrownBy(() -> session.iterate(11, new float[11]))
                            .as(call)
                            .isInstanceOf(CudaException.class)
                            .hasMessageContaining(call);
                }
                assertThat(LiveObjects.count()).as(call).isEqualTo(during);
                assertThat(opened.deviceBytes()).as(call).isEqualTo(bytes);
                float[] rest = new float[11];
                session.iterate(11, rest);
                System.arraycopy(rest, 0, losses, 1, 11);
                assertThat(losses).as(call).isEqualTo(expected);
            }
            assertThat(LiveObjects.count()).as(call).isEqualTo(before);
        }
    }

    /** What a profiler sees of a failure, in a capture, in a replay or between them: every range that began ends. */
    @Test
    void rangesEndWhereTheirWorkFails() throws Exception {
        record Failing(String fault, Switches switches, String... open) {}
        List<Failing> failures = List.of(
                new Failing("cuStreamBeginCapture_v2 2", Switches.optimized(1), "capture"),
                new Failing("cuLaunchKernel 2", Switches.optimized(1), "capture", "forward"),
                new Failing("cuGraphLaunch 700", Switches.optimized(1), "replay"),
                new Failing("cuLaunchKernel 700", noGraphs(), "forward"));
        for (Failing failure : failures) {
            OpenRanges ranges = new OpenRanges();
            try (TrainingSession session = opened.openTraining(SPEC, failure.switches(), OBJECT, START, ranges)) {
                session.beginSample(PixelPosition.CENTRE);
                session.iterate(1, new float[1]);
                assertThat(ranges.open).as(failure.fault()).isEmpty();
                try (AutoCloseable fault = machine.failing(failure.fault())) {
                    assertThatThrownBy(() -> session.iterate(2, new float[2]))
                            .as(failure.fault())
                            .isInstanceOf(CudaException.class);
                }
                assertThat(ranges.open).as(failure.fault()).isEmpty();
                assertThat(ranges.last).as(failure.fault()).containsExactly(failure.open());
            }
        }
    }

    /** Remembers which ranges are open, and which were when the last of them began. */
    private static final class OpenRanges implements Ranges {
        private final List<String> open = new ArrayList<>();
        private List<String> last = List.of();

        @Override
        public void open(String name) {
            open.add(name);
            last = List.copyOf(open);
        }

        @Override
        public void close() {
            open.remove(open.size() - 1);
        }
    }

    /** Failures outside a capture: the session says so, refuses to go on and gives everything back. */
    @Test
    void aFailureInAnIterationEndsTheSession() throws Exception {
        losses(noGraphs(), 1); // loads the modules, which stay with the backend
        int before = LiveObjects.count();
        long bytes = opened.deviceBytes();
        String[] calls = {"cuLaunchKernel", "cuMemcpyDtoHAsync_v2", "cuEventRecord"};
        for (String call : calls) {
            try (TrainingSession session = session(noGraphs())) {
                session.beginSample(PixelPosition.CENTRE);
                session.iterate(2, new float[2]);
                try (AutoCloseable fault = machine.failing(call + " 700")) {
                    assertThatThrownBy(() -> session.iterate(2, new float[2]))
                            .as(call)
                            .isInstanceOf(CudaException.class)
                            .hasMessageContaining(call);
                }
                assertThatThrownBy(() -> session.iterate(1, new float[1]))
                        .isInstanceOf(IllegalStateException.class)
                        .hasMessageContaining("failed in the middle");
            }
            assertThat(opened.deviceBytes()).as(call).isEqualTo(bytes);
            assertThat(LiveObjects.count()).as(call).isEqualTo(before);
        }
    }

    @Test
    void memoryThatIsNotThereLeavesNothingBehind() throws Exception {
        long bytes = opened.deviceBytes();
        for (String call : new String[] {"cuMemAlloc_v2", "cuMemHostAlloc", "cuEventCreate", "cuMemcpyHtoDAsync_v2"}) {
            try (AutoCloseable fault = machine.failing(call + " 2")) {
                assertThatThrownBy(() -> session(Switches.optimized(1)))
                        .as(call)
                        .isInstanceOf(CudaException.class)
                        .hasMessageContaining(call);
            }
            assertThat(opened.deviceBytes()).as(call).isEqualTo(bytes);
        }
        try (TrainingSession session = session(Switches.optimized(1))) {
            try (AutoCloseable fault = machine.failing("cuMemAlloc_v2 2")) {
                assertThatThrownBy(() -> session.beginSample(PixelPosition.CENTRE))
                        .isInstanceOf(CudaException.class);
            }
            session.beginSample(PixelPosition.CENTRE); // goes on when the device does
            session.iterate(1, new float[1]);
        }
        assertThat(opened.deviceBytes()).isEqualTo(bytes);
    }

    @Test
    void otherPlansAreRefused() {
        assertThatThrownBy(() -> session(withPlan(Plan.PRUNED, 1)))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContainingAll("pruned", "matrix or auto");
    }

    @Test
    void theFusedLevelHasOnePrecision() {
        Switches tf32 = Switches.optimized(1).at(TrainingLevel.FUSED, Precision.TF32, false);
        assertThatThrownBy(() -> opened.openTraining(SPEC, tf32, OBJECT, START))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContainingAll("precision tf32", "level fused", "--level library");
    }

    protected final float[] losses(Switches switches, int iterations) {
        float[] losses = new float[iterations];
        Arrays.fill(losses, -1);
        try (TrainingSession session = session(switches)) {
            session.beginSample(PixelPosition.CENTRE);
            session.iterate(iterations, losses);
        }
        return losses;
    }

    protected final TrainingSession session(Switches switches) {
        return backend().openTraining(SPEC, switches, OBJECT, START);
    }

    protected static float[] object() {
        return OBJECT.clone();
    }

    protected static float[] start() {
        return START.clone();
    }

    private static Switches noGraphs() {
        return new Switches(true, true, true, Optional.empty(), true, true, 1, false);
    }
}
