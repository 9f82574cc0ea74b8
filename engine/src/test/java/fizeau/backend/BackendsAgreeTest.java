// SPDX-License-Identifier: Apache-2.0
package fizeau.backend;

import fizeau.backend.cpu.CpuBackend;
import fizeau.backend.cuda.CudaBackend;
import fizeau.backend.cuda.PretendCudaExtension;
import fizeau.kernels.PretendCuda;
import fizeau.optics.CircularAperture;
import fizeau.optics.PixelPosition;
import fizeau.optics.Shape;
import fizeau.reconstruct.DecoderInitializer;
import fizeau.reconstruct.DecoderLayout;
import fizeau.reconstruct.DecoderSpec;
import fizeau.testkit.RandomImages;
import fizeau.testkit.Tolerances;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** One training on both backends, from the same weights: not only the reference agrees, but they with each other. */
@ExtendWith(PretendCudaExtension.class)
class BackendsAgreeTest {

    private static final TrainingSpec SPEC = new TrainingSpec(
            Shape.square(16), Shape.square(32), new CircularAperture(5), new DecoderSpec(32, 16, true), 1e-4);
    private static final List<PixelPosition> SCAN =
            List.of(PixelPosition.CENTRE, new PixelPosition(3, -4), new PixelPosition(-5, 2.5));
    private static final int ITERATIONS = 5;

    @Test
    void lossesOfBothBackendsAgree(PretendCuda machine) {
        float[] object = RandomImages.amplitudes(SPEC.object().count(), 11);
        float[] start = DecoderInitializer.initialParameters(DecoderLayout.of(SPEC.decoder()), 3);
        Switches switches = Switches.optimized(1);
        try (Backend cpu = CpuBackend.open(1);
                Backend cuda = CudaBackend.open(machine.settings(), 0);
                TrainingSession host = cpu.openTraining(SPEC, switches, object, start);
                TrainingSession device = cuda.openTraining(SPEC, switches, object, start)) {
            for (PixelPosition centre : SCAN) {
                float[] expected = new float[ITERATIONS];
                float[] losses = new float[ITERATIONS];
                host.beginSample(centre);
                device.beginSample(centre);
                host.iterate(ITERATIONS, expected);
                device.iterate(ITERATIONS, losses);
                host.endSample();
                device.endSample();
                Tolerances.assertClose(losses, expected, Tolerances.LATER_LOSSES);
            }
        }
    }
}
