// SPDX-License-Identifier: Apache-2.0
package fizeau.bench.protocol;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class WarmUpRuleTest {
    private final List<Integer> numbers = new ArrayList<>();

    private WarmUpRule.End repeat(WarmUpRule rule, double... times) {
        return rule.repeat(System.nanoTime(), number -> {
            numbers.add(number);
            return times[Math.min(number, times.length - 1)];
        });
    }

    @Test
    void endsWhenTwoPassesAgree() {
        WarmUpRule.End end = repeat(new WarmUpRule(0, 60, 0.05), 9, 5, 3, 2.9, 1);
        assertThat(end.stationary()).isTrue();
        assertThat(end.passes()).isEqualTo(4);
        assertThat(end.seconds()).isBetween(0.0, 60.0);
        assertThat(numbers).containsExactly(0, 1, 2, 3);
    }

    @Test
    void agreementBeforeTheShortestTimeDoesNotCount() {
        WarmUpRule.End end = repeat(new WarmUpRule(0.05, 60, 0.05), 1);
        assertThat(end.stationary()).isTrue();
        assertThat(end.seconds()).isGreaterThanOrEqualTo(0.05);
    }

    @Test
    void endsAtItsBoundAfterOnePassAtLeast() {
        WarmUpRule.End end = repeat(new WarmUpRule(0, 0, 0.05), 1);
        assertThat(end.passes()).isEqualTo(1);
        assertThat(end.stationary()).isFalse();
    }
}
