// SPDX-License-Identifier: Apache-2.0
package fizeau.image;

import fizeau.optics.Shape;
import java.util.Arrays;

/**
 * A real amplitude object: {@code ny x nx} values from 0 to 1, row-major, the square root of intensity. Immutable;
 * compares by content.
 */
public final class AmplitudeImage {
    private final Shape shape;
    private final float[] amplitude;

    private AmplitudeImage(Shape shape, float[] amplitude) {
        this.shape = shape;
        this.amplitude = amplitude;
    }

    /**
     * An image of {@code shape.count()} amplitudes, row-major; the array is copied.
     *
     * @throws IllegalArgumentException if the length does not fit or a value lies outside 0 to 1
     */
    public static AmplitudeImage of(Shape shape, float[] amplitude) {
        if (amplitude.length != shape.count()) {
            throw new IllegalArgumentException(
                    "amplitude image of " + shape + " needs " + shape.count() + " values, got " + amplitude.length);
        }
        for (int i = 0; i < amplitude.length; i++) {
            if (!(amplitude[i] >= 0 && amplitude[i] <= 1)) { // also catches NaN
                throw new IllegalArgumentException("amplitude " + amplitude[i] + " at row " + i / shape.nx()
                        + ", column " + i % shape.nx() + " must lie between 0 and 1");
            }
        }
        return new AmplitudeImage(shape, amplitude.clone());
    }

    public Shape shape() {
        return shape;
    }

    public float at(int y, int x) {
        return amplitude[shape.index(y, x)];
    }

    /** A copy of the amplitudes, row-major. */
    public float[] toArray() {
        return amplitude.clone();
    }

    /** The squares of the amplitudes, row-major. */
    public float[] toIntensity() {
        float[] intensity = amplitude.clone();
        for (int i = 0; i < intensity.length; i++) {
            intensity[i] *= intensity[i];
        }
        return intensity;
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof AmplitudeImage image
                && image.shape.equals(shape)
                && Arrays.equals(image.amplitude, amplitude);
    }

    @Override
    public int hashCode() {
        return 31 * shape.hashCode() + Arrays.hashCode(amplitude);
    }

    @Override
    public String toString() {
        return "amplitude image of " + shape;
    }
}
