// SPDX-License-Identifier: Apache-2.0
package fizeau.backend.cpu;

import fizeau.reconstruct.DecoderInitializer;
import fizeau.reconstruct.DecoderLayout;
import fizeau.reconstruct.DecoderSpec;
import fizeau.testkit.Tolerances;
import java.util.Arrays;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The seeded latent against libtorch's own generator, whose normal deviates come in overlapping blocks of 16. */
class SeededLatentTest {

    @ParameterizedTest
    @ValueSource(ints = {16, 17, 20, 31, 32, 37, 512})
    void latentsEqualLibtorchs(int latent) {
        float[] expected = new float[latent];
        try (PointerScope scope = new PointerScope()) {
            torch.manual_seed(99);
            Tensor drawn = torch.randn(latent);
            drawn.data_ptr_float().get(expected);
        }
        float[] parameters =
                DecoderInitializer.initialParameters(DecoderLayout.of(new DecoderSpec(latent, 4, true)), 99);
        Tolerances.assertClose(Arrays.copyOf(parameters, latent), expected, Tolerances.SINGLE);
    }
}
