// SPDX-License-Identifier: Apache-2.0
package fizeau.backend.cuda;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import fizeau.backend.Backend;
import fizeau.backend.Plan;
import fizeau.backend.Precision;
import fizeau.backend.Switches;
import fizeau.backend.TrainingLevel;
import fizeau.backend.TrainingSession;
import fizeau.backend.cuda.raw.CudaException;
import fizeau.backend.cuda.raw.LiveObjects;
import fizeau.kernels.PretendCuda;
import fizeau.optics.PixelPosition;
import fizeau.testkit.Tolerances;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** All that is asked of the fused level, of trainings by NVIDIA's libraries, and what only those can do and fail at. */
@ExtendWith(PretendCudaExtension.class)
class CudaLibraryTrainingSessionTest extends CudaTrainingSessionTest {

    private final PretendCuda machine;

    CudaLibraryTrainingSessionTest(PretendCuda machine) {
        super(machine);
        this.machine = machine;
    }

    @Override
    protected Backend open(int threads) {
        return new LibraryLevelBackend((CudaBackend) super.open(threads));
    }

    private static Switches atLibraries(Switches switches) {
        return switches.at(TrainingLevel.LIBRARY, Precision.FP32, false);
    }

    @Override
    protected Plan plan() {
        return Plan.FFT;
    }

    /** The libraries' own ways to fail in a capture: told, nothing left, and the training goes on. */
    @Test
    void aLibraryThatFailsInACaptureLeavesNothingOpen() throws Exception {
        float[] expected = losses(Switches.optimized(1), 12);
        for (String fault : List.of(
                "cudnnConvolutionForward 5000",
                "cudnnConvolutionBackwardFilter 5000 3",
                "cudnnBatchNormalizationBackward 5000",
                "cublasSgemm_v2 13",
                "cufftExecC2C 6 1")) {
            try (TrainingSession session = session(Switches.optimized(1))) {
                float[] losses = new float[12];
                session.beginSample(PixelPosition.CENTRE);
                session.iterate(1, losses);
                int during = LiveObjects.count();
                try (AutoCloseable failing = machine.failing(fault)) {
                    assertThatThrownBy(() -> session.iterate(11, new float[11]))
                            .as(fault)
                            .isInstanceOf(CudaException.class)
                            .hasMessageContaining(fault.split(" ")[0]);
                }
                assertThat(LiveObjects.count()).as(fault).isEqualTo(during);
                float[] rest = new float[11];
                session.iterate(11, rest);
                System.arraycopy(rest, 0, losses, 1, 11);
                assertThat(losses).as(fault).isEqualTo(expected);
            }
            assertThat(nativeBytes()).as(fault).isZero();
        }
    }

    /** Rounded factors train nearly alike and not the same; unrounded ones are the default. */
    @ParameterizedTest
    @CsvSource({"TF32, 2e-2", "BF16, 5e-2"})
    void roundedFactorsTrainAlikeAndAreAskedFor(Precision precision, double tolerance) {
        float[] exact = losses(Switches.optimized(1), 5);
        float[] rounded = losses(precision, 5);
        double[] wanted = new double[5];
        for (int i = 0; i < 5; i++) {
            wanted[i] = exact[i];
            assertThat(rounded[i]).isNotEqualTo(exact[i]);
        }
        Tolerances.assertClose(rounded, wanted, tolerance);
        assertThat(losses(precision, 5)).as("the same bits again").isEqualTo(rounded);
    }

    /** Captured and replayed, or launched; another position; memory given back. */
    @Test
    void bf16TrainsThroughSeveralPositionsInGraphsAsLaunched() {
        Switches narrow = Switches.optimized(1).at(TrainingLevel.LIBRARY, Precision.BF16, false);
        Switches launched = new Switches(true, true, true, Optional.empty(), true, true, 1, false)
                .at(TrainingLevel.LIBRARY, Precision.BF16, false);
        try (CudaBackend gpu = CudaBackend.open(machine.settings(), 0)) {
            float[][] losses = new float[2][9];
            for (int run = 0; run < 2; run++) {
                try (TrainingSession session =
                        gpu.openTraining(SPEC, run == 0 ? narrow : launched, object(), start())) {
                    for (int s = 0; s < CENTRES.size(); s++) {
                        float[] own = new float[3];
                        session.beginSample(CENTRES.get(s));
                        session.iterate(3, own);
                        session.endSample();
                        System.arraycopy(own, 0, losses[run], 3 * s, 3);
                    }
                    for (float value : session.estimate()) {
                        assertThat(value).isBetween(0f, 1f);
                    }
                }
                assertThat(gpu.deviceBytes()).isZero();
            }
            assertThat(losses[1]).isEqualTo(losses[0]);
        }
    }

    private float[] losses(Precision precision, int iterations) {
        return losses(Switches.optimized(1).at(TrainingLevel.LIBRARY, precision, false), iterations);
    }

    @Test
    void algorithmsByRuleTrainAlike() {
        float[] measured = losses(Switches.optimized(1), 5);
        float[][] byRule = new float[2][5];
        Switches rule = Switches.optimized(1).at(TrainingLevel.LIBRARY, Precision.FP32, true);
        for (float[] losses : byRule) {
            try (TrainingSession session = session(rule)) {
                session.beginSample(PixelPosition.CENTRE);
                session.iterate(5, losses);
            }
        }
        assertThat(byRule[1]).isEqualTo(byRule[0]);
        double[] wanted = new double[5];
        for (int i = 0; i < 5; i++) {
            wanted[i] = measured[i];
        }
        Tolerances.assertClose(byRule[0], wanted, Tolerances.LATER_LOSSES);
    }

    /** With no plan named, the libraries' level asks cuFFT, and does without where there is none. */
    @Test
    void theTelescopeGoesThroughCufftWhereThatIsHere(@TempDir Path folder) {
        assertThat(train(SPEC, Switches.optimized(1)).report().plans().values()).containsOnly("fft");
        PretendCuda without = machine.variant(folder, PretendCuda.DRIVER_VERSION, "libcufft.so.12");
        try (CudaBackend backend = CudaBackend.open(without.settings(), 0)) {
            Switches switches = atLibraries(Switches.optimized(1));
            try (TrainingSession session = backend.openTraining(SPEC, switches, object(), start())) {
                session.beginSample(PixelPosition.CENTRE);
                session.iterate(1, new float[1]);
                assertThat(session.report().plans().values()).containsOnly("matrix");
            }
            assertThatThrownBy(() -> backend.openTraining(SPEC, atLibraries(withPlan(Plan.FFT, 1)), object(), start()))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessageContainingAll("plan fft is not possible", "libcufft.so.12 is missing");
        }
    }

    @Test
    void aMissingLibraryIsRefusedInWords(@TempDir Path folder) {
        PretendCuda without = machine.variant(folder, PretendCuda.DRIVER_VERSION, "libcudnn.so.9");
        try (CudaBackend backend = CudaBackend.open(without.settings(), 0)) {
            assertThatThrownBy(() -> backend.openTraining(SPEC, atLibraries(Switches.optimized(1)), object(), start()))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessageContainingAll(
                            "level library is not possible",
                            "libcudnn.so.9 is missing",
                            "pip install",
                            "--level fused");
        }
    }

    /** Nothing of NVIDIA's is called behind the back of the switches. */
    @Test
    void theBoxFormNeedsNoCufft() throws Exception {
        try (AutoCloseable failing = machine.failing("cufftCreate 5")) {
            Switches box = new Switches(true, true, true, Optional.of(Plan.MATRIX), true, true, 1);
            assertThat(losses(box, 3)[2]).isPositive();
        }
    }
}
