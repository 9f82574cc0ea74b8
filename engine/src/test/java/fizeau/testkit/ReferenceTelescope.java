// SPDX-License-Identifier: Apache-2.0
package fizeau.testkit;

import fizeau.optics.Mask;
import fizeau.optics.Shape;

/**
 * The telescope in double precision, straight from its definition: an object {@code x} is embedded centrally in a frame
 * (P), transformed, masked (M), transformed again, and its amplitude is read with both axes reversed (J),
 *
 * <pre>
 * u = F(M F(P x)),   a = J |u|,   and for a gradient g with respect to a:   P' F^-1(M F^-1((J g) u / |u|)), real part.
 * </pre>
 *
 * Where {@code u} is zero its phase is taken as zero.
 */
public record ReferenceTelescope(Shape object, Shape frame) {

    /** The amplitudes of a complex field of {@code 2 * object.count()} interleaved values: {@code frame.count()} values. */
    public double[] amplitudes(double[] field, Mask mask) {
        return reversed(ReferenceDft.magnitude(detectorField(field, mask)));
    }

    /** The amplitudes of a real object of {@code object.count()} values: {@code frame.count()} values. */
    public double[] amplitudesOfReal(double[] real, Mask mask) {
        return amplitudes(ReferenceDft.complex(real), mask);
    }

    /**
     * The gradient with respect to a real object of a loss with a gradient with respect to the amplitudes.
     *
     * @param real where the gradient is taken, {@code object.count()} values
     * @param amplitudeGradient {@code frame.count()} values in detector order
     * @return {@code object.count()} values
     */
    public double[] adjoint(double[] real, Mask mask, double[] amplitudeGradient) {
        double[] detector = detectorField(ReferenceDft.complex(real), mask);
        double[] gradient = reversed(amplitudeGradient);
        for (int i = 0; i < gradient.length; i++) {
            double amplitude = Math.hypot(detector[2 * i], detector[2 * i + 1]);
            double factor = amplitude == 0 ? 0 : gradient[i] / amplitude;
            detector[2 * i] *= factor;
            detector[2 * i + 1] *= factor;
        }
        double[] spectrum = ReferenceDft.inverse(detector, frame);
        close(spectrum, mask);
        double[] embedded = ReferenceDft.inverse(spectrum, frame);
        double[] result = new double[object.count()];
        for (int y = 0; y < object.ny(); y++) {
            for (int x = 0; x < object.nx(); x++) {
                result[object.index(y, x)] = embedded[2 * embeddedIndex(y, x)];
            }
        }
        return result;
    }

    private double[] detectorField(double[] field, Mask mask) {
        double[] embedded = new double[2 * frame.count()];
        for (int y = 0; y < object.ny(); y++) {
            for (int x = 0; x < object.nx(); x++) {
                embedded[2 * embeddedIndex(y, x)] = field[2 * object.index(y, x)];
                embedded[2 * embeddedIndex(y, x) + 1] = field[2 * object.index(y, x) + 1];
            }
        }
        double[] spectrum = ReferenceDft.forward(embedded, frame);
        close(spectrum, mask);
        return ReferenceDft.forward(spectrum, frame);
    }

    private int embeddedIndex(int y, int x) {
        return frame.index(frame.rowOffset(object) + y, frame.columnOffset(object) + x);
    }

    private static void close(double[] spectrum, Mask mask) {
        for (int i = 0; i < spectrum.length / 2; i++) {
            if (!mask.isOpen(i)) {
                spectrum[2 * i] = 0;
                spectrum[2 * i + 1] = 0;
            }
        }
    }

    /** Reversing both axes of a row-major image reverses its values. */
    private static double[] reversed(double[] image) {
        double[] turned = new double[image.length];
        for (int i = 0; i < image.length; i++) {
            turned[image.length - 1 - i] = image[i];
        }
        return turned;
    }
}
