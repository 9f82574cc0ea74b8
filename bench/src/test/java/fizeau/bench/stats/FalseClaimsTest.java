// SPDX-License-Identifier: Apache-2.0
package fizeau.bench.stats;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * How often a difference is claimed over many simulated comparisons of five rounds. Stated error rate: of identical
 * variants at most one comparison in twenty ends in FASTER or SLOWER.
 */
class FalseClaimsTest {
    private static final int RUNS = 400;
    private static final int ROUNDS = 5;
    private static final double STATED = 0.05;

    /** Three standard errors of a rate of 0.05 over 400 runs: more is no accident. */
    private static final double MARGIN = 3 * Math.sqrt(STATED * (1 - STATED) / RUNS);

    @ParameterizedTest
    @ValueSource(doubles = {0.001, 0.01, 0.03, 0.1, 0.3})
    void identicalVariantsAreRarelyCalledDifferent(double noise) {
        Random random = new Random(17);
        int claims = 0;
        for (int run = 0; run < RUNS; run++) {
            Verdict verdict = verdict(times(random, 1, noise), times(random, 1, noise), run);
            claims += verdict == Verdict.FASTER || verdict == Verdict.SLOWER ? 1 : 0;
        }
        assertThat((double) claims / RUNS).isLessThanOrEqualTo(STATED + MARGIN);
    }

    @Test
    void identicalQuietVariantsAreCalledTheSame() {
        Random random = new Random(18);
        int same = 0;
        for (int run = 0; run < RUNS; run++) {
            same += verdict(times(random, 1, 0.004), times(random, 1, 0.004), run) == Verdict.SAME ? 1 : 0;
        }
        assertThat((double) same / RUNS).isGreaterThan(0.95);
    }

    @Test
    void aRealDifferenceIsFound() {
        Random random = new Random(19);
        int found = 0;
        for (int run = 0; run < RUNS; run++) {
            found += verdict(times(random, 2, 0.03), times(random, 1, 0.03), run) == Verdict.FASTER ? 1 : 0;
        }
        assertThat((double) found / RUNS).isGreaterThan(0.99);
    }

    /** Each process lands in a fast or a slow mode by chance: its rounds say little about the next one. */
    @Test
    void aBimodalVariantGetsNoVerdict() {
        Random random = new Random(20);
        int unclear = 0;
        int claims = 0;
        for (int run = 0; run < RUNS; run++) {
            double[] variant = times(random, 1, 0.01);
            for (int i = 0; i < ROUNDS; i++) {
                variant[i] *= random.nextBoolean() ? 0.8 : 1.25;
            }
            Verdict verdict = verdict(times(random, 1, 0.01), variant, run);
            unclear += verdict == Verdict.UNCLEAR ? 1 : 0;
            claims += verdict == Verdict.FASTER || verdict == Verdict.SLOWER ? 1 : 0;
        }
        // five rounds all of one mode come up once in sixteen times, and nothing can tell then
        assertThat((double) claims / RUNS).isLessThanOrEqualTo(1.0 / 16 + 3 * Math.sqrt(1.0 / 16 * 15 / 16 / RUNS));
        assertThat((double) unclear / RUNS).isGreaterThan(0.85);
    }

    private static Verdict verdict(double[] reference, double[] variant, long seed) {
        Interval ratio = new Bootstrap(0.95, seed).ratioOfMedians(reference, variant);
        return Judgement.of(ratio, reference, variant, null).verdict();
    }

    /** Log-normal times, as times are. */
    private static double[] times(Random random, double median, double noise) {
        double[] times = new double[ROUNDS];
        for (int i = 0; i < ROUNDS; i++) {
            times[i] = median * Math.exp(noise * random.nextGaussian());
        }
        return times;
    }
}
