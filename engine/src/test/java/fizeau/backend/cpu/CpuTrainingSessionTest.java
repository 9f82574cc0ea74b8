// SPDX-License-Identifier: Apache-2.0
package fizeau.backend.cpu;

import static org.assertj.core.api.Assertions.assertThat;

import fizeau.backend.Backend;
import fizeau.backend.Plan;
import fizeau.backend.Switches;
import fizeau.cache.CacheStatistics;
import fizeau.testkit.TrainingSessionConformance;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class CpuTrainingSessionTest extends TrainingSessionConformance {

    @Override
    protected Backend open(int threads) {
        return CpuBackend.open(threads);
    }

    @Override
    protected long nativeBytes() {
        return NativeFloats.liveBytes();
    }

    /** Whatever a cache hands out was made by the same operations: not one bit may differ. */
    @ParameterizedTest
    @EnumSource(Plan.class)
    void cachesChangeNoBit(Plan plan) {
        Trained cached = train(SPEC, withPlan(plan, 2));
        for (int without = 0; without < 3; without++) {
            Switches switches =
                    new Switches(without != 0, without != 1, without != 2, Optional.of(plan), true, true, 2);
            Trained again = train(SPEC, switches);
            assertThat(again.losses()).isEqualTo(cached.losses());
            assertThat(again.estimate()).isEqualTo(cached.estimate());
        }
    }

    /**
     * The first sample asks for one transform and one target per iteration, every later one for two; with the measurement
     * cache not in its first iteration, whose estimate is the frozen one. The mask is asked for once per iteration, at the
     * start and at the end.
     */
    @Test
    void lookUpsAreCountedAsTheLoopMakesThem() {
        int samples = CENTRES.size();
        int comparisons = ITERATIONS * (2 * samples - 1);
        int spared = samples - 1;
        int maskUses = samples * (ITERATIONS + 2);
        int distinct = 2 * samples - 1;
        Map<String, CacheStatistics> on =
                train(SPEC, withPlan(Plan.MATRIX, 2)).report().caches();
        assertThat(on.get("measurement").misses()).isEqualTo(distinct);
        assertThat(on.get("measurement").lookups()).isEqualTo(comparisons - spared);
        assertThat(on.get("measurement").entries())
                .as("measurements of the object; those of frozen estimates are of no use after their sample")
                .isEqualTo(samples);
        assertThat(on.get("fft").lookups()).isEqualTo(comparisons - spared);
        assertThat(on.get("grid").misses()).isEqualTo(samples);
        assertThat(on.get("grid").lookups()).isEqualTo(maskUses);
        Switches none = new Switches(false, false, false, Optional.of(Plan.MATRIX), true, true, 2);
        Map<String, CacheStatistics> off = train(SPEC, none).report().caches();
        assertThat(off.get("measurement")).isEqualTo(new CacheStatistics(0, comparisons, 0, 0, 0, 0));
        assertThat(off.get("fft")).isEqualTo(new CacheStatistics(0, comparisons, 0, 0, 0, 0));
        assertThat(off.get("grid")).isEqualTo(new CacheStatistics(0, maskUses, 0, 0, 0, 0));
    }
}
