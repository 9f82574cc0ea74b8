// SPDX-License-Identifier: Apache-2.0
package fizeau.bench.protocol;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.Deque;
import java.util.OptionalDouble;
import java.util.function.Supplier;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

@Tag("alone")
class InterferenceMeterTest {
    /** Nothing but the frequency may mark a window here: other processes of the machine are not this test's matter. */
    private static final double ANY_STEAL = 1;

    @Test
    void aWindowInWhichTheClockSlowsDownIsMarked() {
        InterferenceMeter meter = new InterferenceMeter(ANY_STEAL, readings(3400, 3380, 3400, 2600, 2600, 2610));
        assertThat(window(meter).frequencyChange()).isCloseTo(-20.0 / 3400, within(1e-12));
        InterferenceMeter.Window slowed = window(meter);
        assertThat(slowed.frequencyChange()).isCloseTo(-800.0 / 3400, within(1e-12));
        assertThat(slowed.disturbed()).isTrue();
        window(meter);
        Interference total = meter.total();
        assertThat(total.windows()).isEqualTo(3);
        assertThat(total.frequencyChanges()).isEqualTo(1);
        assertThat(total.disturbedWindows()).isGreaterThanOrEqualTo(1);
        assertThat(total.leastMegahertz()).isEqualTo(2600);
        assertThat(total.mostMegahertz()).isEqualTo(3400);
    }

    @Test
    void aFrequencyThatIsNotToldStaysUnknown() {
        InterferenceMeter meter = new InterferenceMeter(ANY_STEAL, OptionalDouble::empty);
        assertThat(window(meter).frequencyChange()).isNull();
        assertThat(meter.total().leastMegahertz()).isNull();
        assertThat(meter.total().mostMegahertz()).isNull();
        assertThat(meter.total().frequencyChanges()).isNull();
    }

    @Test
    void theFrequencyIsReadTwiceAWindowAndNeverInsideIt() {
        int[] read = new int[1];
        InterferenceMeter meter = new InterferenceMeter(ANY_STEAL, () -> {
            read[0]++;
            return OptionalDouble.of(1000);
        });
        for (int window = 1; window <= 3; window++) {
            meter.open();
            assertThat(read[0]).isEqualTo(2 * window - 1);
            meter.close();
            assertThat(read[0]).isEqualTo(2 * window);
        }
    }

    @Test
    void aCollectionInAWindowIsMarked() {
        InterferenceMeter meter = new InterferenceMeter(ANY_STEAL, OptionalDouble::empty);
        meter.open();
        System.gc();
        InterferenceMeter.Window window = meter.close();
        assertThat(window.collections()).isPositive();
        assertThat(window.disturbed()).isTrue();
        assertThat(meter.total().collections()).isPositive();
    }

    @Test
    void theProtocolsOwnCostIsMeasuredAndSharedOut() {
        ProtocolCost.Readings readings = ProtocolCost.measure();
        assertThat(readings.clockNanos()).isPositive();
        assertThat(readings.meterNanos()).isGreaterThan(readings.clockNanos());
        ProtocolCost cost = new ProtocolCost.Readings(60, 300_000).over(12e6, 50);
        assertThat(cost.insideShare()).isCloseTo(5e-6, within(1e-12));
        assertThat(cost.wholeShare()).isCloseTo(5e-6 + 6000 / 12e6, within(1e-12));
        assertThat(new ProtocolCost.Readings(60, 300_000).over(1e6, 1).wholeShare())
                .isGreaterThan(ProtocolCost.LIMIT);
        assertThatThrownBy(() -> readings.over(0, 1)).hasMessageContaining("must be positive");
    }

    private static InterferenceMeter.Window window(InterferenceMeter meter) {
        meter.open();
        return meter.close();
    }

    private static Supplier<OptionalDouble> readings(double... megahertz) {
        Deque<Double> left = new ArrayDeque<>(Arrays.stream(megahertz).boxed().toList());
        return () -> OptionalDouble.of(left.removeFirst());
    }
}
