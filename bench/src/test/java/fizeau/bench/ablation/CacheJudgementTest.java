// SPDX-License-Identifier: Apache-2.0
package fizeau.bench.ablation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import fizeau.bench.caches.CacheLine;
import fizeau.bench.stats.Ratio;
import fizeau.bench.training.CacheRecord;
import fizeau.bench.workload.Workload;
import java.util.List;
import org.junit.jupiter.api.Test;

/** When a cache pays, and what it can save at most. */
class CacheJudgementTest {

    private static final Ratio ANY = new Ratio(1, null, null);

    /** Two positions, five iterations each. */
    private final Workload workload = new Workload("custom", 16, 32, 4, "fermat", 8, 2, 5, 1e-3, 1, "built-in", "");

    @Test
    void aCacheThatHitsOftenEnoughPays() {
        CacheJudgement judged = judge("measurement", new CacheRecord(8, 2, 0.8, 0, 2, 64), 1000, 100, 200, 0.2);
        assertThat(judged.effect().pays()).isTrue();
        assertThat(judged.effect().hits() + judged.effect().misses()).isEqualTo(10);
        // eight hits save 900 ns each, two misses cost 200 ns each more; ten iterations
        assertThat(judged.detail().savedMillisPerIteration()).isCloseTo((8 * 900 - 2 * 200) * 1e-7, within(1e-12));
        assertThat(judged.detail().sentence()).contains("measurement cache pays for this workload");
    }

    @Test
    void theRealLoopMeasuresEachPositionOnce() {
        CacheJudgement judged = judge("measurement", new CacheRecord(8, 2, 0.8, 0, 2, 64), 1000, 100, 200, 0.2);
        assertThat(judged.detail().realLoopHitRate()).isZero();
        assertThat(judged.detail().paysInRealLoop()).isFalse();
        assertThat(judged.detail().sentence()).contains("0.0 % would hit and it would not pay");
    }

    @Test
    void otherCachesHitInTheRealLoopAsHere() {
        CacheJudgement judged = judge("grid", new CacheRecord(9, 1, 0.9, 0, 1, 64), 1000, 100, 200, 0.1);
        assertThat(judged.detail().realLoopHitRate()).isEqualTo(0.9);
        assertThat(judged.detail().sentence()).doesNotContain("real training loop");
    }

    @Test
    void aCacheBelowBreakEvenDoesNotPay() {
        CacheJudgement judged = judge("fft", new CacheRecord(1, 9, 0.1, 0, 1, 64), 1000, 100, 200, 0.2);
        assertThat(judged.effect().pays()).isFalse();
        assertThat(judged.detail().savedMillisPerIteration()).isNegative();
        assertThat(judged.detail().sentence()).contains("fft cache does not pay for this workload");
    }

    @Test
    void aHitDearerThanTheWorkNeverPays() {
        CacheJudgement judged = judge("fft", new CacheRecord(10, 0, 1.0, 0, 1, 64), 100, 150, 10, null);
        assertThat(judged.effect().pays()).isFalse();
        assertThat(judged.effect().breakEvenHitRate()).isNull();
        assertThat(judged.detail().sentence()).contains("a hit costs no less than the work");
    }

    @Test
    void freeWorkIsTheCeiling() {
        // a training of 10 us holds one miss (1 us) and nine hits for nothing; without the cache it takes 19 us, 10 of
        // work
        CacheLine line = line(1000, 0, 0, 0.0);
        CacheJudgement judged =
                CacheJudgement.of("grid", workload, new CacheRecord(9, 1, 0.9, 0, 1, 64), line, 10e-6, null);
        assertThat(judged.detail().workShare()).isCloseTo(10.0 / 19, within(1e-12));
        assertThat(judged.detail().ceiling()).isCloseTo(19.0 / 9, within(1e-12));
    }

    @Test
    void whatWasNotMeasuredIsNotKnown() {
        CacheJudgement judged =
                CacheJudgement.of("fft", workload, new CacheRecord(1, 1, 0.5, 0, 1, 64), null, 1.0, null);
        assertThat(judged.effect().pays()).isNull();
        assertThat(judged.effect().hits()).isEqualTo(1);
        assertThat(judged.detail().sentence()).contains("not known: its calls were not timed");
    }

    private CacheJudgement judge(
            String name, CacheRecord counted, double recompute, double hit, double overhead, Double breakEven) {
        return CacheJudgement.of(name, workload, counted, line(recompute, hit, overhead, breakEven), 1e-3, null);
    }

    private static CacheLine line(double recompute, double hit, double overhead, Double breakEven) {
        return new CacheLine(
                "any",
                32,
                2,
                64,
                98,
                2,
                recompute,
                hit,
                recompute,
                hit,
                recompute + overhead,
                0,
                breakEven,
                true,
                0.98,
                true,
                ANY,
                ANY,
                List.of());
    }
}
