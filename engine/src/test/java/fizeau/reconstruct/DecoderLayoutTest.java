// SPDX-License-Identifier: Apache-2.0
package fizeau.reconstruct;

import static org.assertj.core.api.Assertions.assertThat;

import fizeau.reconstruct.DecoderLayout.Kind;
import fizeau.reconstruct.DecoderLayout.Layer;
import fizeau.reconstruct.DecoderLayout.Segment;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class DecoderLayoutTest {

    @ParameterizedTest
    @CsvSource({
        "512, 128, true, 2797431",
        "64, 32, true, 43799",
        "128, 128, true, 175119",
        "16, 16, true, 2751",
        "16, 8, false, 2681"
    })
    void parameterCountsAreTheReferences(int latent, int output, boolean batchNorm, int expected) {
        assertThat(DecoderLayout.of(new DecoderSpec(latent, output, batchNorm)).parameterCount())
                .isEqualTo(expected);
    }

    @Test
    void segmentsAreNamedAndPlacedAsTheReferenceDoes() {
        DecoderLayout layout = DecoderLayout.of(new DecoderSpec(64, 32, true));
        assertThat(layout.segments())
                .containsExactly(
                        new Segment("input_vec", 0, 64),
                        new Segment("decoder.0.weight", 64, 32768),
                        new Segment("decoder.1.main.weight", 32832, 32),
                        new Segment("decoder.1.main.bias", 32864, 32),
                        new Segment("decoder.3.weight", 32896, 8192),
                        new Segment("decoder.4.main.weight", 41088, 16),
                        new Segment("decoder.4.main.bias", 41104, 16),
                        new Segment("decoder.6.weight", 41120, 2048),
                        new Segment("decoder.7.main.weight", 43168, 8),
                        new Segment("decoder.7.main.bias", 43176, 8),
                        new Segment("decoder.9.weight", 43184, 512),
                        new Segment("decoder.10.main.weight", 43696, 4),
                        new Segment("decoder.10.main.bias", 43700, 4),
                        new Segment("decoder.12.weight", 43704, 72),
                        new Segment("decoder.13.main.weight", 43776, 2),
                        new Segment("decoder.13.main.bias", 43778, 2),
                        new Segment("decoder.15.weight", 43780, 18),
                        new Segment("decoder.15.bias", 43798, 1));
    }

    @Test
    void withoutBatchNormConvolutionsHaveABiasAndRefinementsNoRelu() {
        DecoderLayout layout = DecoderLayout.of(new DecoderSpec(16, 8, false));
        assertThat(layout.segments())
                .containsExactly(
                        new Segment("input_vec", 0, 16),
                        new Segment("decoder.0.weight", 16, 2048),
                        new Segment("decoder.0.bias", 2064, 8),
                        new Segment("decoder.2.weight", 2072, 512),
                        new Segment("decoder.2.bias", 2584, 4),
                        new Segment("decoder.4.weight", 2588, 72),
                        new Segment("decoder.4.bias", 2660, 2),
                        new Segment("decoder.5.weight", 2662, 18),
                        new Segment("decoder.5.bias", 2680, 1));
        assertThat(layout.layers()).extracting(Layer::relu).containsExactly(true, true, false, false);
        assertThat(layout.statisticsCount()).isZero();
        assertThat(layout.layers()).allMatch(layer -> layer.statistics() == -1 && layer.gamma() == -1);
    }

    @Test
    void layersHalveChannelsAndDoubleEdges() {
        DecoderLayout layout = DecoderLayout.of(new DecoderSpec(64, 32, true));
        assertThat(layout.layers())
                .extracting(Layer::kind)
                .containsExactly(
                        Kind.FIRST, Kind.UPSAMPLING, Kind.UPSAMPLING, Kind.UPSAMPLING, Kind.REFINEMENT, Kind.LAST);
        assertThat(layout.layers()).extracting(Layer::outChannels).containsExactly(32, 16, 8, 4, 2, 1);
        assertThat(layout.layers()).extracting(Layer::outEdge).containsExactly(4, 8, 16, 32, 32, 30);
        assertThat(layout.layers()).extracting(Layer::statistics).containsExactly(0, 64, 96, 112, 120, -1);
        assertThat(layout.statisticsCount()).isEqualTo(124);
        // fan in: the second extent of the weight, which is the output of a transposed convolution
        assertThat(layout.layers()).extracting(Layer::fanIn).containsExactly(512, 256, 128, 64, 36, 18);
    }

    @ParameterizedTest
    @CsvSource({"20, 8, true", "37, 15, false", "16, 4, true", "150, 100, true"})
    void segmentsFillTheBufferWithoutGaps(int latent, int output, boolean batchNorm) {
        DecoderLayout layout = DecoderLayout.of(new DecoderSpec(latent, output, batchNorm));
        int next = 0;
        for (Segment segment : layout.segments()) {
            assertThat(segment.offset()).isEqualTo(next);
            assertThat(segment.count()).isPositive();
            next += segment.count();
        }
        assertThat(layout.parameterCount()).isEqualTo(next);
        Layer before = null;
        for (Layer layer : layout.layers()) {
            assertThat(layer.inChannels()).isEqualTo(before == null ? latent : before.outChannels());
            assertThat(layer.inEdge()).isEqualTo(before == null ? 1 : before.outEdge());
            before = layer;
        }
    }
}
