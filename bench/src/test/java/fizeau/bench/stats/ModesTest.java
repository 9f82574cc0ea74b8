// SPDX-License-Identifier: Apache-2.0
package fizeau.bench.stats;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.Random;
import java.util.function.ToDoubleFunction;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

class ModesTest {
    private static final int RUNS = 1000;

    /** Distributions with one mode; the spread is so large that only the split, never the ratio of groups, says no. */
    enum OneMode {
        UNIFORM(Random::nextDouble),
        NORMAL(Random::nextGaussian),
        EXPONENTIAL(random -> -Math.log(1 - random.nextDouble())),
        LAPLACE(random -> Math.signum(random.nextDouble() - 0.5) * -Math.log(1 - random.nextDouble()));

        private final ToDoubleFunction<Random> draw;

        OneMode(ToDoubleFunction<Random> draw) {
            this.draw = draw;
        }

        double[] times(Random random, int n) {
            return random.doubles(n)
                    .map(ignored -> Math.exp(draw.applyAsDouble(random)))
                    .toArray();
        }
    }

    @ParameterizedTest
    @EnumSource(OneMode.class)
    void oneModeIsRarelyTakenForTwo(OneMode distribution) {
        Random random = new Random(31);
        for (int n : new int[] {5, 6, 8, 18, 40, 150, 1000}) {
            int alarms = 0;
            for (int run = 0; run < RUNS; run++) {
                alarms += Modes.of(distribution.times(random, n)).orElseThrow().found() ? 1 : 0;
            }
            // stated: 1 in 100 for five or six rounds, 1 in 1000 for the iterations of a training; plus three errors
            double stated = n <= 6 ? 0.01 : 0.001;
            assertThat((double) alarms / RUNS)
                    .as("false alarms with %d samples", n)
                    .isLessThanOrEqualTo(stated + 3 * Math.sqrt(stated / RUNS));
        }
    }

    @ParameterizedTest
    @ValueSource(doubles = {0.2, 0.5, 0.8})
    void twoModesAreFoundWithTheirPlacesAndShares(double slowShare) {
        Random random = new Random(32);
        for (int run = 0; run < 100; run++) {
            double[] times = new double[1000];
            for (int i = 0; i < times.length; i++) {
                double centre = random.nextDouble() < slowShare ? 13 : 10;
                times[i] = centre * Math.exp(0.03 * random.nextGaussian());
            }
            times[17] = 400; // someone else's interruption
            Modes modes = Modes.of(times).orElseThrow();
            assertThat(modes.found()).isTrue();
            assertThat(modes.fast()).isCloseTo(10, within(0.2));
            assertThat(modes.slow()).isCloseTo(13, within(0.2));
            assertThat(modes.slowShare()).isCloseTo(slowShare, within(0.06));
        }
    }

    @Test
    void roundsThatLandInTwoModesAreFound() {
        Modes modes = Modes.of(0.801, 1.25, 0.798, 1.251, 0.803).orElseThrow();
        assertThat(modes.found()).isTrue();
        assertThat(modes.fast()).isCloseTo(0.801, within(1e-12));
        assertThat(modes.slow()).isCloseTo(1.2505, within(1e-5));
        assertThat(modes.slowShare()).isEqualTo(0.4);
    }

    @Test
    void oneSlowRoundIsAnOutlierAndNoMode() {
        assertThat(Modes.of(1, 1.01, 0.99, 1.005, 1.6).orElseThrow().found()).isFalse();
    }

    @Test
    void groupsThatHardlyDifferAreNotWorthAWord() {
        Modes modes = Modes.of(1, 1.05, 1, 1.05, 1, 1.05, 1, 1.05).orElseThrow();
        assertThat(modes.explained()).isCloseTo(1, within(1e-9));
        assertThat(modes.found()).isFalse();
    }

    @Test
    void equalTimesAreOneGroup() {
        assertThat(Modes.of(3, 3, 3, 3, 3, 3).orElseThrow().found()).isFalse();
    }

    @Test
    void fourRoundsAreTooFewAndZeroIsNoTime() {
        assertThat(Modes.of(1, 1, 2, 2)).isEmpty();
        assertThatThrownBy(() -> Modes.of(1, 1, 0, 2, 2)).hasMessageContaining("time 0.0 is not a positive");
    }
}
