// SPDX-License-Identifier: Apache-2.0
package fizeau.bench.infer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import fizeau.bench.ops.Parameter;
import fizeau.bench.ops.SafeTensors;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class CheckpointTest {
    private static final ImageModel MODEL = ImageModel.RESNET_TINY;

    @TempDir
    private Path folder;

    /** Statistics that training keeps beside the weights, and layers of others, stay where they are. */
    @Test
    void theModelsWeightsAreTakenAndNothingElse() {
        List<Parameter> weights = MODEL.network(1).weights(5);
        Map<String, SafeTensors.Array> arrays = new LinkedHashMap<>();
        arrays.put("bn1.num_batches_tracked", SafeTensors.Array.of(Parameter.shift("n", 1, 1)));
        weights.forEach(weight -> arrays.put(weight.name(), SafeTensors.Array.of(weight)));
        Path file = folder.resolve("trained.safetensors");
        SafeTensors.write(file, arrays);
        Checkpoint checkpoint = Checkpoint.open(file, MODEL);
        Path copy = folder.resolve("copy");
        checkpoint.copy(copy);
        TensorFile copied = TensorFile.open(copy);
        for (Parameter weight : weights) {
            float[] values = copied.array(weight.name());
            assertThat(values).hasSize((int) weight.count());
            assertThat(values[values.length - 1]).isEqualTo(weight.values().at(values.length - 1));
        }
        assertThatThrownBy(() -> copied.dims("bn1.num_batches_tracked")).hasMessageContaining("holds no array");
        assertThat(checkpoint.remark()).matches(".*trained.safetensors \\(SHA-256 [0-9a-f]{64}\\)");
    }

    @Test
    void weightsOfOtherSizesAreRefused() {
        List<Parameter> others = new ResNet(1, 32, 16, List.of(1, 2), 10).weights(1);
        Path file = folder.resolve("others");
        TensorFile.write(file, others);
        assertThatThrownBy(() -> Checkpoint.open(file, MODEL))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("has not the weights of resnet_tiny: array conv1.weight has the sizes"
                        + " [16, 3, 7, 7] and resnet_tiny needs [8, 3, 7, 7]")
                .hasMessageEndingWith("use a safetensors file of float32 arrays under torchvision's names");
    }
}
