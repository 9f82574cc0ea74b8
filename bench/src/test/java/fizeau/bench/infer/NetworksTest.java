// SPDX-License-Identifier: Apache-2.0
package fizeau.bench.infer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import fizeau.bench.ops.Parameter;
import java.util.List;
import org.junit.jupiter.api.Test;

class NetworksTest {

    @Test
    void theModelsHaveTheWeightsOfTorchvision() {
        assertThat(ImageModel.RESNET50.network(1).weightCount()).isEqualTo(25_557_032);
        assertThat(ImageModel.VIT_B_16.network(1).weightCount()).isEqualTo(86_567_656);
    }

    /** 4.09 and 17.56 thousand million multiplications of torchvision's tables; a multiplication comes with an addition. */
    @Test
    void theModelsCostWhatTheirTablesSay() {
        assertThat(ImageModel.RESNET50.network(1).gigaflop()).isCloseTo(2 * 4.089, within(0.02));
        assertThat(ImageModel.VIT_B_16.network(1).gigaflop()).isCloseTo(2 * 17.564, within(0.1));
        assertThat(ImageModel.VIT_B_16.network(8).gigaflop())
                .isCloseTo(8 * ImageModel.VIT_B_16.network(1).gigaflop(), within(1e-6));
    }

    @Test
    void everyWeightHasANameOfItsOwn() {
        for (ImageModel model : ImageModel.values()) {
            List<Parameter> weights = model.network(1).weights(1);
            assertThat(weights.stream().map(Parameter::name).distinct()).hasSameSizeAs(weights);
        }
        List<String> resnet = ImageModel.RESNET50.network(1).weights(1).stream()
                .map(Parameter::name)
                .toList();
        assertThat(resnet)
                .contains("layer1.0.downsample.0.weight", "layer4.2.bn3.running_var", "fc.bias")
                .doesNotContain("layer1.1.downsample.0.weight");
        List<String> transformer = ImageModel.VIT_B_16.network(1).weights(1).stream()
                .map(Parameter::name)
                .toList();
        assertThat(transformer)
                .contains("encoder.layers.encoder_layer_11.self_attention.in_proj_weight", "heads.head.weight");
    }

    @Test
    void wordsAreUnderstoodOrRefused() {
        assertThat(ImageModel.parse(List.of("both"))).containsExactly(ImageModel.RESNET50, ImageModel.VIT_B_16);
        assertThat(ImageModel.parse(List.of("vit_tiny", "all", "resnet50")))
                .containsExactly(ImageModel.VIT_TINY, ImageModel.RESNET50, ImageModel.VIT_B_16);
        assertThat(Framework.parse(List.of("both"))).containsExactly(Framework.PYTORCH, Framework.JAX);
        assertThat(Framework.parse(List.of("engine", "torch-compile", "engine")))
                .containsExactly(Framework.ENGINE, Framework.TORCH_COMPILE);
        assertThatThrownBy(() -> ImageModel.parse(List.of("resnet18")))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("model resnet18 is unknown: use resnet50");
        assertThatThrownBy(() -> Framework.parse(List.of("tensorflow")))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("framework tensorflow is unknown: use libtorch");
        assertThatThrownBy(() -> NumberFormat.parse("tf32"))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("use float32 or bfloat16");
    }

    @Test
    void aTransformerThatDoesNotDivideIsRefused() {
        assertThatThrownBy(() -> new VisionTransformer(1, 33, 8, 1, 32, 4, 64, 10))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("pictures of 33 pixels in patches of 8");
    }
}
