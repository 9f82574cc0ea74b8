// SPDX-License-Identifier: Apache-2.0
package fizeau.bench.plot;

import java.util.List;

/** Colours for the range 0 to 1. All three read the same to colour-blind eyes and in grey print keep their order. */
public enum ColourMap {
    /** Black to white, linear in the sample. */
    GREY(List.of(0x000000, 0xffffff)),
    /** Black through violet, red and orange to pale yellow; lightness grows evenly ("inferno", public domain). */
    HEAT(List.of(
            0x000004, 0x160b39, 0x420a68, 0x6a176e, 0x932667, 0xbc3754, 0xdd513a, 0xf37819, 0xfca50a, 0xf6d746,
            0xfcffa4)),
    /** Blue through white to red, for signed differences. */
    DIVERGING(List.of(
            0x053061, 0x2166ac, 0x4393c3, 0x92c5de, 0xd1e5f0, 0xf7f7f7, 0xfddbc7, 0xf4a582, 0xd6604d, 0xb2182b,
            0x67001f));

    private final List<Integer> anchors;

    ColourMap(List<Integer> anchors) {
        this.anchors = anchors;
    }

    /** The colour at a share from 0 to 1 as {@code 0xRRGGBB}, interpolated between anchors. */
    int rgb(double share) {
        double position = Math.min(1, Math.max(0, share)) * (anchors.size() - 1);
        int below = Math.min(anchors.size() - 2, (int) position);
        double rest = position - below;
        int rgb = 0;
        for (int shift = 16; shift >= 0; shift -= 8) {
            int from = anchors.get(below) >> shift & 0xff;
            int to = anchors.get(below + 1) >> shift & 0xff;
            rgb |= (int) Math.round(from + rest * (to - from)) << shift;
        }
        return rgb;
    }
}
