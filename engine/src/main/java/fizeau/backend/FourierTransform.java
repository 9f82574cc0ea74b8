// SPDX-License-Identifier: Apache-2.0
package fizeau.backend;

import fizeau.fourier.Direction;
import fizeau.fourier.Normalization;
import fizeau.optics.Shape;

/** Centred two-dimensional transforms: zero frequency and origin at index {@code n / 2} of each axis. */
public interface FourierTransform {

    /**
     * Transforms {@code batch} images in place.
     *
     * @param field {@code batch * shape.count()} complex values, interleaved (re, im), row-major, image by image
     */
    void transform(float[] field, int batch, Shape shape, Direction direction, Normalization normalization);
}
