// SPDX-License-Identifier: Apache-2.0
package fizeau.bench.stats;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class StatisticsTest {
    private static final int ROUNDS = 5;

    @Test
    void aSummaryInterpolatesLinearlyBetweenOrderStatistics() {
        Summary summary = Summary.of(4, 1, 3, 2);
        assertThat(summary.median()).isEqualTo(2.5);
        assertThat(summary.q1()).isEqualTo(1.75);
        assertThat(summary.q3()).isEqualTo(3.25);
        assertThat(summary.mean()).isEqualTo(2.5);
        assertThat(summary.std()).isCloseTo(Math.sqrt(5.0 / 3), within(1e-12));
        assertThat(summary.p95()).isNull();
        assertThat(summary.p99()).isNull();
    }

    @Test
    void farPercentilesNeedEnoughSamples() {
        double[] hundred = IntStream.rangeClosed(1, 101).asDoubleStream().toArray();
        assertThat(Summary.of(hundred).p95()).isEqualTo(96);
        assertThat(Summary.of(hundred).p99()).isNull();
        double[] many = IntStream.rangeClosed(0, 1000).asDoubleStream().toArray();
        assertThat(Summary.of(many).p99()).isEqualTo(990);
        assertThat(Summary.of(7).std()).isNull();
    }

    @Test
    void farPercentilesBeginExactlyWhereFiveSamplesLieBeyond() {
        assertThat(Summary.of(new double[99]).p95()).isNull();
        assertThat(Summary.of(new double[100]).p95()).isZero();
        assertThat(Summary.of(new double[499]).p99()).isNull();
        assertThat(Summary.of(new double[500]).p99()).isZero();
    }

    @Test
    void samplesThatAreNoNumbersAreRefused() {
        assertThatThrownBy(() -> Summary.of(1, Double.NaN)).hasMessageContaining("NaN");
        assertThatThrownBy(Summary::of).hasMessageContaining("no samples");
    }

    @Test
    void aRatioKeepsItsRoundsTogether() {
        // each round is slower than the one before for both: the ratio is 3 in every round and so is its interval
        double[] slow = {3, 6, 12, 24, 48};
        double[] fast = {1, 2, 4, 8, 16};
        Interval ratio = new Bootstrap(0.95, 1).ratioOfMedians(slow, fast);
        assertThat(ratio.value()).isEqualTo(3);
        assertThat(ratio.low()).isCloseTo(3, within(1e-12));
        assertThat(ratio.high()).isCloseTo(3, within(1e-12));
    }

    @Test
    void oneRoundHasNoIntervalAndProvesNothing() {
        Interval ratio = new Bootstrap(0.95, 1).ratioOfMedians(new double[] {4}, new double[] {2});
        assertThat(ratio.value()).isEqualTo(2);
        assertThat(ratio.known()).isFalse();
        Judgement judgement = Judgement.of(ratio, new double[] {4}, new double[] {2}, null);
        assertThat(judgement.verdict()).isEqualTo(Verdict.UNCLEAR);
        assertThat(judgement.reason()).contains("1 round proves nothing");
    }

    @Test
    void theSameSeedGivesTheSameInterval() {
        double[] rounds = {5, 4, 6, 7, 5.5};
        assertThat(new Bootstrap(0.95, 7).median(rounds)).isEqualTo(new Bootstrap(0.95, 7).median(rounds));
    }

    @Test
    void intervalsOfFiveRoundsCoverTheTruthAboutNineteenTimesInTwenty() {
        Random random = new Random(11);
        int outside = 0;
        int trials = 400;
        for (int trial = 0; trial < trials; trial++) {
            Interval ratio = new Bootstrap(0.95, trial).ratioOfMedians(noisy(random, 2, 0.03), noisy(random, 1, 0.03));
            outside += ratio.excludes(2) ? 1 : 0;
        }
        // binomial with p = 0.06 and 400 trials: 24 expected, standard deviation 4.7
        assertThat(outside).isBetween(5, 43);
    }

    @Test
    void identicalVariantsAreRarelyToldApart() {
        Random random = new Random(5);
        int claims = 0;
        int trials = 400;
        for (int trial = 0; trial < trials; trial++) {
            double[] a = noisy(random, 1, 0.03);
            double[] b = noisy(random, 1, 0.03);
            Verdict verdict = Judgement.of(new Bootstrap(0.95, trial).ratioOfMedians(a, b), a, b, null)
                    .verdict();
            claims += verdict == Verdict.FASTER || verdict == Verdict.SLOWER ? 1 : 0;
        }
        assertThat(claims).as("false claims in %d trials at 5 %%", trials).isLessThanOrEqualTo(20);
    }

    @Test
    void verdictsFollowTheInterval() {
        double[] reference = {3.0, 3.1, 2.9, 3.05, 2.95};
        double[] half = {1.5, 1.52, 1.48, 1.51, 1.49};
        double[] alike = {3.001, 3.1, 2.899, 3.05, 2.95};
        assertThat(judge(reference, half, null).verdict()).isEqualTo(Verdict.FASTER);
        assertThat(judge(half, reference, null).verdict()).isEqualTo(Verdict.SLOWER);
        assertThat(judge(reference, alike, null).verdict()).isEqualTo(Verdict.SAME);
        double[] wild = {2, 5, 3, 1, 4};
        assertThat(judge(reference, wild, null).verdict()).isEqualTo(Verdict.UNCLEAR);
        Judgement disturbed = judge(reference, half, "12 % of the time was stolen in round 2");
        assertThat(disturbed.verdict()).isEqualTo(Verdict.UNCLEAR);
        assertThat(disturbed.reason()).contains("stolen");
    }

    private static Judgement judge(double[] reference, double[] variant, String disturbance) {
        return Judgement.of(new Bootstrap(0.95, 3).ratioOfMedians(reference, variant), reference, variant, disturbance);
    }

    private static double[] noisy(Random random, double value, double spread) {
        return random.doubles(ROUNDS)
                .map(u -> value * Math.exp(spread * random.nextGaussian()))
                .toArray();
    }
}
