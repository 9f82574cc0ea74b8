// SPDX-License-Identifier: Apache-2.0
package fizeau.bench.protocol;

import java.util.ArrayList;
import java.util.List;
import org.apache.commons.rng.UniformRandomProvider;
import org.apache.commons.rng.simple.RandomSource;

/** The order of the variants: every round holds each variant once, shuffled anew, so that drift meets all alike. */
public final class Schedule {
    private final List<String> variants;
    private final UniformRandomProvider random;

    public Schedule(List<String> variants, long seed) {
        this.variants = List.copyOf(variants);
        this.random = RandomSource.XO_RO_SHI_RO_128_PP.create(seed);
    }

    /** The order of the next round (Fisher-Yates). */
    public List<String> nextRound() {
        List<String> order = new ArrayList<>(variants);
        for (int i = order.size() - 1; i > 0; i--) {
            int j = random.nextInt(i + 1);
            String moved = order.get(i);
            order.set(i, order.get(j));
            order.set(j, moved);
        }
        return order;
    }
}
