// SPDX-License-Identifier: Apache-2.0
package fizeau.backend.cuda;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import fizeau.backend.cuda.CudaFineTuning.Settings;
import fizeau.backend.cuda.raw.CudaException;
import fizeau.backend.cuda.raw.LiveObjects;
import fizeau.kernels.PretendCuda;
import fizeau.pinn.CollocationProblem;
import fizeau.pinn.CollocationProblem.Losses;
import fizeau.pinn.FineTuning;
import fizeau.pinn.LowRankNetwork;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Fine-tuning on the pretend driver beside the CPU's, and what only a device has: graphs, late losses, memory of its own. */
@ExtendWith(PretendCudaExtension.class)
class CudaFineTuningTest {

    private static final double RATE = 1e-3;
    private static final int STEPS = 12;

    private final PretendCuda machine;
    private CudaBackend backend;

    CudaFineTuningTest(PretendCuda machine) {
        this.machine = machine;
    }

    @BeforeEach
    void open() {
        backend = CudaBackend.open(machine.settings(), 0);
    }

    @AfterEach
    void nothingIsLeftOnTheDevice() {
        backend.close();
        assertThat(LiveObjects.count()).isZero();
    }

    /** Losses of some steps, the gradient at the start and the field at the end, with samples apart and with shared points. */
    @ParameterizedTest
    @EnumSource(FineTuningProblems.class)
    void trainsAsTheProcessorDoes(FineTuningProblems equation) {
        CollocationProblem problem = equation.problem(2, 6);
        LowRankNetwork network = FineTuningProblems.network(50);
        float[] start = FineTuningProblems.start(network);
        for (boolean shared : new boolean[] {false, true}) {
            float[] expected = new float[start.length];
            float[] found = new float[start.length];
            try (FineTuning cpu = new FineTuning(
                            problem, network, start, new FineTuning.Settings(RATE, 0.01, shared, 1, 32));
                    CudaFineTuning cuda =
                            backend.openFineTuning(problem, network, start, new Settings(RATE, 0.01, shared, true))) {
                Losses wanted = cpu.gradient(expected);
                Losses given = cuda.gradient(found);
                assertClose(given, wanted, 1e-5);
                assertThat(distance(expected, found)).as("gradient").isLessThan(2e-5);
                List<Losses> all = cuda.steps(STEPS);
                for (int step = 0; step < STEPS; step++) {
                    Losses own = cpu.step();
                    assertThat(all.get(step).total())
                            .as("loss %d", step)
                            .isCloseTo(own.total(), within(1e-4 * own.total()));
                }
                assertThat(all.get(STEPS - 1).total()).isLessThan(all.get(0).total());
                assertThat(distance(cpu.field(), cuda.field())).as("field").isLessThan(1e-4);
                assertThat(distance(cpu.parameters(), cuda.parameters()))
                        .as("parameters")
                        .isLessThan(1e-4);
            }
        }
    }

    /** Derivatives of the loss by differences of the losses that the device itself gives. */
    @Test
    void theGradientIsThatOfTheLoss() {
        CollocationProblem problem = FineTuningProblems.BURGERS.problem(1, 6);
        LowRankNetwork network = FineTuningProblems.network(12);
        float[] start = FineTuningProblems.start(network);
        float[] gradient = new float[start.length];
        float[] unused = new float[start.length];
        try (CudaFineTuning cuda = session(problem, network, start, false)) {
            cuda.gradient(gradient);
        }
        double largest = 0;
        for (float value : gradient) {
            largest = Math.max(largest, Math.abs(value));
        }
        for (int i = 0; i < start.length; i += 5) {
            double[] losses = new double[2];
            float[] moved = start.clone();
            for (int side = 0; side < 2; side++) {
                moved[i] = start[i] + (side == 0 ? 1e-2f : -1e-2f);
                try (CudaFineTuning cuda = session(problem, network, moved, false)) {
                    losses[side] = cuda.gradient(unused).total();
                }
            }
            double slope = (losses[0] - losses[1]) / 2e-2;
            assertThat((double) gradient[i]).as("number %d", i).isCloseTo(slope, within(5e-3 * largest));
        }
    }

    /** More steps than the ring of losses holds: replayed in runs and alone, or launched, all bits are the same. */
    @Test
    void replaysGiveTheBitsOfLaunches() {
        CollocationProblem problem = FineTuningProblems.HELMHOLTZ.problem(1, 4);
        LowRankNetwork network = FineTuningProblems.network(8);
        float[] start = FineTuningProblems.start(network);
        int steps = 64 + 2 * IterationGraphs.RUN + 3;
        List<Losses> replayed;
        List<Losses> launched;
        List<Losses> pieces;
        float[] first;
        try (CudaFineTuning cuda = session(problem, network, start, true)) {
            replayed = cuda.steps(steps);
            first = cuda.parameters();
        }
        try (CudaFineTuning cuda = session(problem, network, start, false)) {
            launched = cuda.steps(steps);
            assertThat(cuda.parameters()).isEqualTo(first);
        }
        try (CudaFineTuning cuda = session(problem, network, start, true)) {
            pieces = new ArrayList<>(cuda.steps(steps - 7));
            float[] gradient = new float[start.length];
            Losses now = cuda.gradient(gradient);
            cuda.field();
            pieces.addAll(cuda.steps(7));
            assertThat(pieces.get(steps - 7))
                    .as("a gradient and a field change nothing")
                    .isEqualTo(now);
            assertThat(cuda.parameters()).isEqualTo(first);
        }
        assertThat(launched).isEqualTo(replayed);
        assertThat(pieces).isEqualTo(replayed);
    }

    @Test
    void gradientsRepeatToTheBit() {
        CollocationProblem problem = FineTuningProblems.HELMHOLTZ.problem(2, 9);
        LowRankNetwork network = FineTuningProblems.network(50);
        float[] start = FineTuningProblems.start(network);
        float[] one = new float[start.length];
        float[] other = new float[start.length];
        Losses losses;
        try (CudaFineTuning cuda = session(problem, network, start, true)) {
            losses = cuda.gradient(one);
        }
        try (CudaFineTuning cuda = session(problem, network, start, true)) {
            assertThat(cuda.gradient(other)).isEqualTo(losses);
        }
        assertThat(other).isEqualTo(one);
    }

    @Test
    void memoryReturnsToItsStartAfterEverySession() {
        CollocationProblem problem = FineTuningProblems.CONVECTION.problem(2, 6);
        LowRankNetwork network = FineTuningProblems.network(50);
        float[] start = FineTuningProblems.start(network);
        session(problem, network, start, true).close();
        try (CudaFineTuning cuda = session(problem, network, start, true)) {
            cuda.steps(10); // loads the module, which stays with the backend
        }
        long bytes = backend.deviceBytes();
        int objects = LiveObjects.count();
        for (int i = 0; i < 3; i++) {
            try (CudaFineTuning cuda = session(problem, network, start, true)) {
                cuda.steps(10);
                assertThat(backend.deviceBytes()).isGreaterThan(bytes);
            }
            assertThat(backend.deviceBytes()).isEqualTo(bytes);
            assertThat(LiveObjects.count()).isEqualTo(objects);
        }
    }

    @Test
    void aFailureLeavesNothingBehindAndEndsTheSession() throws Exception {
        CollocationProblem problem = FineTuningProblems.BURGERS.problem(1, 6);
        LowRankNetwork network = FineTuningProblems.network(10);
        float[] start = FineTuningProblems.start(network);
        try (CudaFineTuning cuda = session(problem, network, start, true)) {
            cuda.steps(1);
        }
        long bytes = backend.deviceBytes();
        int objects = LiveObjects.count();
        for (String fault : List.of("cuMemAlloc_v2 2", "cuMemAlloc_v2 2 20", "cuMemcpyHtoDAsync_v2 2 9")) {
            try (AutoCloseable failing = machine.failing(fault)) {
                assertThatThrownBy(() -> session(problem, network, start, true))
                        .as(fault)
                        .isInstanceOf(CudaException.class);
            }
            assertThat(backend.deviceBytes()).as(fault).isEqualTo(bytes);
            assertThat(LiveObjects.count()).as(fault).isEqualTo(objects);
        }
        try (CudaFineTuning cuda = session(problem, network, start, true)) {
            cuda.steps(1);
            try (AutoCloseable failing = machine.failing("cuStreamBeginCapture_v2 2")) {
                assertThatThrownBy(() -> cuda.steps(2)).isInstanceOf(CudaException.class);
            }
            cuda.steps(2); // nothing had been queued
            try (AutoCloseable failing = machine.failing("cuGraphLaunch 700")) {
                assertThatThrownBy(() -> cuda.steps(2)).isInstanceOf(CudaException.class);
            }
            assertThatThrownBy(() -> cuda.steps(1))
                    .isInstanceOf(IllegalStateException.class)
                    .hasMessageContaining("in the middle of an epoch");
        }
        assertThat(backend.deviceBytes()).isEqualTo(bytes);
        assertThat(LiveObjects.count()).isEqualTo(objects);
    }

    @Test
    void refusesWhatDoesNotFit() {
        CollocationProblem problem = FineTuningProblems.BURGERS.problem(1, 4);
        LowRankNetwork wide = FineTuningProblems.network(51);
        assertThatThrownBy(() -> session(problem, wide, FineTuningProblems.start(wide), true))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("width 51 is not possible on a GPU: use 1 to 50");
        assertThatThrownBy(() -> session(problem, FineTuningProblems.network(4), new float[3], true))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("trains 29 numbers, got 3");
        LowRankNetwork network = FineTuningProblems.network(4);
        CudaFineTuning closed = session(problem, network, FineTuningProblems.start(network), true);
        assertThatThrownBy(() -> closed.steps(0)).isInstanceOf(IllegalArgumentException.class);
        closed.close();
        closed.close();
        assertThatThrownBy(closed::field)
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("closed");
    }

    private CudaFineTuning session(CollocationProblem problem, LowRankNetwork network, float[] start, boolean graphs) {
        return backend.openFineTuning(problem, network, start, new Settings(RATE, 0, false, graphs));
    }

    private static void assertClose(Losses found, Losses expected, double tolerance) {
        assertThat(found.data()).isCloseTo(expected.data(), within(tolerance * expected.data()));
        assertThat(found.residual()).isCloseTo(expected.residual(), within(tolerance * expected.residual()));
        assertThat(found.boundary())
                .isPositive()
                .isCloseTo(expected.boundary(), within(tolerance * expected.boundary()));
    }

    /** Norm of the difference over the norm. */
    private static double distance(float[] expected, float[] found) {
        double norm = 0;
        double sum = 0;
        for (int i = 0; i < expected.length; i++) {
            norm += (double) expected[i] * expected[i];
            sum += Math.pow((double) found[i] - expected[i], 2);
        }
        assertThat(norm).isPositive();
        return Math.sqrt(sum / norm);
    }
}
