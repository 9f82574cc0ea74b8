// SPDX-License-Identifier: Apache-2.0
package fizeau.bench.workload;

import fizeau.reconstruct.DecoderInitializer;
import fizeau.reconstruct.DecoderLayout;
import fizeau.reconstruct.DecoderSpec;
import java.util.ArrayList;
import java.util.List;

/**
 * Seeds from which the reconstruction succeeds. About half of all seeds end in a wrong image, some 13 dB worse, and the
 * loss does not tell. In the reference implementation all runs that succeed (ten of ten tried) are those whose two input
 * channels of the last convolution start with weight sums of opposite sign: one channel can then brighten the image and
 * the other darken it. On the built-in scene this tells 15 of the seeds 0 to 15 right; seed 14, whose negative sum is a
 * mere -0.03, fails, so that a negative sum must reach -0.1 here. The rule needs no training run, so good seeds exist for
 * every size.
 */
public final class GoodSeeds {

    private static final long LAST_TRIED = 1000;

    /** A channel that hardly darkens does not make up for one that brightens. */
    private static final double DARKENING = -0.1;

    private GoodSeeds() {}

    /** The first {@code count} good seeds from {@code from} upwards; the reference's seeds 0 to 9 give 1, 3, 4, 5, 7. */
    public static List<Long> first(int count, long from, DecoderSpec spec) {
        DecoderLayout layout = DecoderLayout.of(spec);
        List<Long> seeds = new ArrayList<>();
        for (long seed = from; seeds.size() < count; seed++) {
            if (seed - from > LAST_TRIED) {
                throw new IllegalArgumentException("no " + count + " good seeds among " + LAST_TRIED + " from " + from
                        + ": choose them with --seed");
            }
            if (isGood(DecoderInitializer.initialParameters(layout, seed), layout)) {
                seeds.add(seed);
            }
        }
        return seeds;
    }

    /** Whether one input channel of the last convolution starts with a positive weight sum and another darkens. */
    public static boolean isGood(float[] parameters, DecoderLayout layout) {
        DecoderLayout.Layer last = layout.layers().get(layout.layers().size() - 1);
        int area = last.kernel() * last.kernel();
        boolean positive = false;
        boolean negative = false;
        for (int channel = 0; channel < last.inChannels(); channel++) {
            double sum = 0;
            for (int i = 0; i < area; i++) {
                sum += parameters[last.weight() + channel * area + i];
            }
            positive |= sum > 0;
            negative |= sum <= DARKENING;
        }
        return positive && negative;
    }
}
