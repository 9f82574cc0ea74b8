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

    /** Interval and rank test would allow a claim here; two runs of the reference differ by as much. */
    @Test
    void noDifferenceIsClaimedWithinTheNoiseFloor() {
        double[] reference = {1.20, 1.21, 1.22, 2.00, 2.10};
        double[] variant = {1.00, 1.01, 1.02, 1.03, 1.04};
        Interval ratio = new Bootstrap(0.95, 1).ratioOfMedians(reference, variant);
        assertThat(ratio.low()).isGreaterThan(1 + Judgement.INDIFFERENCE);
        Judgement judgement = Judgement.of(ratio, reference, variant, null);
        assertThat(judgement.verdict()).isEqualTo(Verdict.UNCLEAR);
        assertThat(judgement.pValue()).isLessThan(0.05);
        assertThat(judgement.reason()).contains("within the noise floor");
        Random random = new Random(21);
        for (int run = 0; run < RUNS; run++) {
            double noise = Math.exp(-6 * random.nextDouble()); // 0.2 % to 100 %
            double[] a = times(random, 1 + random.nextDouble(), noise);
            double[] b = times(random, 1, noise);
            Interval paired = new Bootstrap(0.95, run).ratioOfMedians(a, b);
            Verdict verdict = Judgement.of(paired, a, b, null).verdict();
            if (verdict == Verdict.FASTER || verdict == Verdict.SLOWER) {
                double beyond = Math.max(paired.value(), 1 / paired.value()) - 1;
                assertThat(beyond).isGreaterThan(largerFloor(a, b));
            }
        }
    }

    /** A run against itself, over many simulated machines: nineteen in twenty below the larger of the two floors. */
    @ParameterizedTest
    @ValueSource(doubles = {0.001, 0.03, 0.3})
    void identicalVariantsStayBelowTheirNoiseFloors(double noise) {
        Random random = new Random(22);
        int belowOne = 0;
        int belowLarger = 0;
        for (int run = 0; run < RUNS; run++) {
            double[] a = times(random, 1, noise);
            double[] b = times(random, 1, noise);
            double ratio = Summary.median(a) / Summary.median(b);
            double strays = Math.max(ratio, 1 / ratio) - 1;
            double floor = floor(a);
            belowOne += strays <= floor ? 1 : 0;
            belowLarger += strays <= floor || strays <= floor(b) ? 1 : 0;
        }
        assertThat((double) belowOne / RUNS).isBetween(0.86, 0.97);
        assertThat((double) belowLarger / RUNS).isGreaterThan(0.95);
    }

    private static double largerFloor(double[] a, double[] b) {
        return Math.max(floor(a), floor(b));
    }

    private static double floor(double[] rounds) {
        return NoiseFloor.of(rounds, new Bootstrap(0.95, 1)).orElseThrow().share();
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
