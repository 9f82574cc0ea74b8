// SPDX-License-Identifier: Apache-2.0
package fizeau.backend;

import fizeau.optics.Mask;
import fizeau.optics.Shape;

/** What every backend refuses, each in the same sentence. */
public final class Inputs {

    private Inputs() {}

    /** @throws IllegalArgumentException when there are more or fewer values than needed */
    public static void requireLength(String what, int found, int expected) {
        if (found != expected) {
            throw new IllegalArgumentException(what + " needs " + expected + " values, got " + found);
        }
    }

    /** @throws IllegalArgumentException when the mask is of another size than the frame */
    public static void requireFrame(Mask mask, Shape frame) {
        if (!mask.shape().equals(frame)) {
            throw new IllegalArgumentException("mask of " + mask.shape() + " does not fit the frame of " + frame);
        }
    }

    /** @throws IllegalArgumentException when there is no image, or the arrays are not those of {@code count} images */
    public static void requireImages(Shape shape, float[] images, int count, float[] reference) {
        if (count < 1 || images.length != count * shape.count() || reference.length != shape.count()) {
            throw new IllegalArgumentException("quality of " + count + " images of " + shape + " needs "
                    + (long) count * shape.count() + " and " + shape.count()
                    + " amplitudes and at least one image, got "
                    + images.length + " and " + reference.length);
        }
    }
}
