// SPDX-License-Identifier: Apache-2.0
package fizeau.backend;

import fizeau.optics.Box;
import fizeau.optics.Mask;
import fizeau.optics.Shape;

/**
 * Masks whose boxes are about the same size and so take the same plan: edges agree rounded up to {@value #BUCKET} samples.
 *
 * @param rows edge of the box in buckets
 * @param columns the other edge
 */
public record BoxKey(Shape object, Shape frame, int rows, int columns) {

    private static final int BUCKET = 32;

    /** @param mask with at least one open sample */
    public static BoxKey of(Shape object, Mask mask) {
        Box box = mask.bounds();
        return new BoxKey(object, mask.shape(), buckets(box.height()), buckets(box.width()));
    }

    private static int buckets(int edge) {
        return (edge + BUCKET - 1) / BUCKET;
    }

    @Override
    public String toString() {
        return object + " in " + frame + ", box up to " + rows * BUCKET + " x " + columns * BUCKET;
    }
}
