// SPDX-License-Identifier: Apache-2.0
package fizeau.bench.im2im;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import fizeau.bench.stats.Judgement;
import fizeau.bench.stats.Ratio;
import fizeau.bench.stats.Verdict;
import fizeau.unet.UnetLayout;
import fizeau.unet.UnetLayout.Convolution;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The operations that floors count, and the verdict on the target. */
class Im2imTargetTest {

    /** Voxel by voxel: how many outputs of a layer there are, and how many inputs each one sums. */
    @Test
    void operationsAreThoseOfThePublishedNetwork() {
        UnetLayout layout = new UnetLayout(List.of(16, 32, 64));
        long voxels = 16 * 32 * 32;
        double first = 27 * 16 + 27 * 16 * 16 + 16;
        double second = 27 * 16 * 32 + 27 * 32 * 32 + 16 * 32;
        double third = 27 * 32 * 64 + 27 * 64 * 64 + 32 * 64;
        double upper = 32 * 16 + 27 * 32 * 16 + 27 * 16 * 16 + 16;
        double lower = 64 * 32 + 27 * 64 * 32 + 27 * 32 * 32;
        double forward = voxels * (first + upper) + voxels / 8.0 * (second + lower) + voxels / 64.0 * third;
        assertThat(layout.multiplyAdds(voxels)).isCloseTo(forward, within(1e-3));
        assertThat(layout.stepMultiplyAdds(voxels)).isCloseTo(3 * forward - voxels * (27 * 16 + 16), within(1e-3));
        assertThat(layout.convolutions().stream().mapToInt(Convolution::level))
                .containsExactly(0, 0, 0, 0, 1, 0, 1, 2, 1, 2, 1, 1, 1, 0, 0, 0);
        assertThat(layout.convolutions().stream().filter(Convolution::ofNetworkInput))
                .hasSize(2)
                .allMatch(one -> one.in() == 1);
    }

    @ParameterizedTest
    @CsvSource({
        "1.80, 2.10, FASTER, met",
        "1.20, 1.79, FASTER, missed",
        "0.99, 1.01, SAME, missed",
        "0.50, 0.60, SLOWER, missed",
        "1.70, 1.90, FASTER, unclear",
        "1.90, 2.10, UNCLEAR, unclear"
    })
    void theWholeIntervalDecides(double low, double high, Verdict verdict, String said) {
        Ratio ratio = new Ratio((low + high) / 2, low, high);
        assertThat(Im2imTarget.verdict(ratio, new Judgement(verdict, "because", 0.01)))
                .isEqualTo(said);
    }

    @Test
    void withoutARatioNothingIsClaimed() {
        assertThat(Im2imTarget.verdict(null, null)).isEqualTo("unclear");
        Judgement few = new Judgement(Verdict.UNCLEAR, "1 round proves nothing", null);
        assertThat(Im2imTarget.verdict(new Ratio(3, null, null), few)).isEqualTo("unclear");
    }
}
