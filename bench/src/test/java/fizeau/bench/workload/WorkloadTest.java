// SPDX-License-Identifier: Apache-2.0
package fizeau.bench.workload;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import fizeau.bench.files.Json;
import fizeau.reconstruct.DecoderLayout;
import fizeau.reconstruct.DecoderSpec;
import java.util.OptionalLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class WorkloadTest {

    @Test
    void survivesJson() {
        Workload workload = of(128, 512, 20, 64, 20, 50).withObject("built-in", "abc");
        assertThat(Json.value(Json.tree(workload), Workload.class)).isEqualTo(workload);
    }

    @Test
    void theStandardWorkloadRuns() {
        Workload workload = of(128, 512, 20, 64, 20, 50);
        workload.requireRunnable();
        assertThat(workload.centres()).hasSize(20);
        assertThat(workload.iterations()).isEqualTo(1000);
    }

    @ParameterizedTest
    @CsvSource({
        "0, 512, 20, 64, 20, 50, --object-size 0",
        "-3, 512, 20, 64, 20, 50, --object-size -3",
        "128, 0, 20, 64, 20, 50, --image-size 0",
        "128, 100000, 20, 64, 20, 50, --image-size 100000",
        "600, 512, 20, 64, 20, 50, is larger than --image-size 512",
        "128, 512, 0, 64, 20, 50, --aperture-radius 0",
        "128, 512, -1, 64, 20, 50, --aperture-radius -1",
        "128, 512, NaN, 64, 20, 50, --aperture-radius NaN",
        "128, 512, 20, 0, 20, 50, --pattern-radius 0",
        "128, 512, 20, 64, 0, 50, --samples 0",
        "128, 512, 20, 64, 20, 0, --epochs 0",
        "128, 512, 20, 64, 100000, 100000, iterations",
    })
    void impossibleNumbersAreNamed(
            int object, int image, double radius, double reach, int samples, int epochs, String words) {
        assertThatThrownBy(() -> of(object, image, radius, reach, samples, epochs))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining(words)
                .message()
                .contains("use ")
                .doesNotContain("\n");
    }

    @Test
    void anApertureThatMissesTheFrameIsRefused() {
        assertThatThrownBy(() -> of(16, 64, 3, 200, 5, 1).requireRunnable())
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("leaves no spectrum samples")
                .hasMessageContaining("--pattern-radius below 32");
        assertThatThrownBy(() -> of(16, 64, 0.1, 20, 5, 1).requireRunnable())
                .hasMessageContaining("--aperture-radius 0.1");
    }

    @Test
    void sizesWithoutADecoderAreRefused() {
        assertThatThrownBy(() -> of(100, 100, 5, 20, 5, 1).requireRunnable())
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("--object-size 100 in --image-size 100 cannot be reconstructed");
        assertThatThrownBy(() -> of(2, 64, 5, 20, 5, 1).requireRunnable()).hasMessageContaining("--object-size 2");
    }

    @Test
    void theDecoderNeedNotGrowWithTheFrame() {
        Workload large = of(128, 2048, 20, 64, 20, 50);
        assertThat(large.decoder().inputSize()).isEqualTo(2048);
        Workload sameDecoder = new Workload(
                "custom", 128, 2048, 20, "fermat", 64, 20, 50, 1e-3, 1, "built-in", "", Workload.IMAGE_SIZE, true);
        assertThat(sameDecoder.decoder()).isEqualTo(of(128, 512, 20, 64, 20, 50).decoder());
        assertThat(sameDecoder.withObject("a file", "digest").latentSize()).isEqualTo(512);
        assertThat(sameDecoder.withObject("a file", "digest").training().fixedLatent())
                .isTrue();
        assertThat(large.training().fixedLatent()).isFalse();
        assertThat(sameDecoder.frameShape()).isEqualTo(large.frameShape());
    }

    @Test
    void theParameterCountIsThatOfTheLayout() {
        for (int[] sizes : new int[][] {{512, 128}, {256, 64}, {128, 16}, {100, 20}, {512, 4}}) {
            DecoderSpec spec = new DecoderSpec(sizes[0], sizes[1], true);
            assertThat(MemoryEstimate.parameterCount(spec))
                    .isEqualTo(DecoderLayout.of(spec).parameterCount());
        }
    }

    @Test
    void tooLittleMemoryIsToldBeforeAnythingIsAllocated() {
        Workload large = of(1024, 4096, 20, 64, 20, 50);
        MemoryEstimate estimate = MemoryEstimate.of(large);
        assertThat(estimate.totalBytes()).isGreaterThan(5_000_000_000L);
        assertThatThrownBy(() -> estimate.requireAvailable(large, OptionalLong.of(2_000_000_000L)))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("--image-size 4096")
                .hasMessageContaining("2.0 GB is available")
                .hasMessageContaining("use a smaller --image-size");
        estimate.requireAvailable(large, OptionalLong.empty());
        estimate.requireAvailable(large, OptionalLong.of(Long.MAX_VALUE));
    }

    private static Workload of(int object, int image, double radius, double reach, int samples, int epochs) {
        return new Workload("custom", object, image, radius, "fermat", reach, samples, epochs, 1e-3, 1, "built-in", "");
    }
}
