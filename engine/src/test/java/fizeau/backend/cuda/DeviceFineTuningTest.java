// SPDX-License-Identifier: Apache-2.0
package fizeau.backend.cuda;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import fizeau.backend.cuda.CudaFineTuning.Settings;
import fizeau.backend.selection.AbsentLibrary;
import fizeau.pinn.CollocationProblem;
import fizeau.pinn.CollocationProblem.Losses;
import fizeau.pinn.FineTuning;
import fizeau.pinn.LowRankNetwork;
import java.util.List;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Fine-tuning on a GPU at the published size, beside the CPU's. */
@Tag("gpu")
class DeviceFineTuningTest {
    private static final int SAMPLES = 20;
    private static final int GRID = 64;
    private static final int STEPS = 20;
    private static final double RATE = 2.5e-4;

    @ParameterizedTest
    @EnumSource(FineTuningProblems.class)
    void trainsAsTheProcessorDoesAndRepeatsToTheBit(FineTuningProblems equation) {
        CollocationProblem problem = equation.problem(SAMPLES, GRID);
        LowRankNetwork network = FineTuningProblems.network(50);
        float[] start = FineTuningProblems.start(network);
        try (CudaBackend backend = RealDevice.open(CacheSwitches.FRESH_MEASUREMENTS)) {
            List<Losses> replayed = losses(backend, problem, network, start, true);
            assertThat(losses(backend, problem, network, start, false)).isEqualTo(replayed);
            assertOfTheProcessor(replayed, problem, network, start);
        }
    }

    private static void assertOfTheProcessor(
            List<Losses> losses, CollocationProblem problem, LowRankNetwork network, float[] start) {
        try (FineTuning cpu = new FineTuning(problem, network, start, new FineTuning.Settings(RATE, 0, true, 1, 96))) {
            for (Losses found : losses) {
                double expected = cpu.step().total();
                assertThat(found.total()).isCloseTo(expected, within(1e-3 * expected));
            }
        } catch (LinkageError absent) { // the portable bundle leaves the CPU's libraries out
            Assumptions.abort(AbsentLibrary.explain(absent).orElseThrow(() -> absent));
        }
    }

    private static List<Losses> losses(
            CudaBackend backend, CollocationProblem problem, LowRankNetwork network, float[] start, boolean graphs) {
        try (CudaFineTuning tuning =
                backend.openFineTuning(problem, network, start, new Settings(RATE, 0, false, graphs))) {
            return tuning.steps(STEPS);
        }
    }
}
