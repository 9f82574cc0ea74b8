// SPDX-License-Identifier: Apache-2.0
package fizeau.reconstruct;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class DecoderSpecTest {

    @ParameterizedTest
    @CsvSource({"16, 4, 0, 4", "16, 5, 1, 8", "16, 8, 1, 8", "64, 20, 3, 32", "512, 128, 5, 128", "512, 129, 6, 256"})
    void upsamplesToTheFirstPowerOfTwoThatHoldsTheOutput(int latent, int output, int layers, int edge) {
        DecoderSpec spec = new DecoderSpec(latent, output, true);
        assertThat(spec.upsamplingLayers()).isEqualTo(layers);
        assertThat(spec.featureEdge()).isEqualTo(edge);
    }

    @Test
    void everyUpsamplingNeedsChannelsToHalve() {
        assertThat(new DecoderSpec(128, 128, true).featureEdge()).isEqualTo(128);
        refused(127, 128, "127 latent channels", "at least 128");
        refused(16, 17, "16 latent channels", "at least 32");
        assertThat(new DecoderSpec(32, 17, true).featureEdge()).isEqualTo(32);
    }

    @Test
    void sizesOutOfRangeAreRefused() {
        refused(16, 3, "output of 3 px", "between 4 and 4096");
        refused(16, 4097, "output of 4097 px");
        refused(15, 4, "latent of 15 channels", "between 16 and 4096");
        refused(4097, 4, "latent of 4097 channels");
    }

    private static void refused(int latent, int output, String... words) {
        assertThatThrownBy(() -> new DecoderSpec(latent, output, true))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContainingAll(words);
    }
}
