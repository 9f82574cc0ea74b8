// SPDX-License-Identifier: Apache-2.0
package fizeau.metric;

import fizeau.optics.Shape;

/** Pixels and their size; the array is neither copied nor compared. */
public record SizedImage(float[] pixels, Shape shape) {

    public SizedImage {
        if (pixels.length != shape.count()) {
            throw new IllegalArgumentException(
                    "image of " + shape + " needs " + shape.count() + " pixels, got " + pixels.length);
        }
    }
}
