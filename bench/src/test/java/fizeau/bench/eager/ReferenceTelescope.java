// SPDX-License-Identifier: Apache-2.0
package fizeau.bench.eager;

import fizeau.optics.Mask;
import fizeau.optics.Shape;
import fizeau.testkit.ReferenceDft;

/** The measurement and the loss in double precision, from their definitions. */
public final class ReferenceTelescope {

    private ReferenceTelescope() {}

    /** Detector amplitudes of an object embedded centrally in the frame of {@code mask}. */
    public static double[] measure(double[] object, Shape objectShape, Mask mask) {
        Shape frame = mask.shape();
        double[] field = new double[2 * frame.count()];
        for (int y = 0; y < objectShape.ny(); y++) {
            for (int x = 0; x < objectShape.nx(); x++) {
                int row = y + frame.rowOffset(objectShape);
                int column = x + frame.columnOffset(objectShape);
                field[2 * frame.index(row, column)] = object[objectShape.index(y, x)];
            }
        }
        double[] spectrum = ReferenceDft.forward(field, frame);
        for (int i = 0; i < spectrum.length; i++) {
            spectrum[i] = mask.isOpen(i / 2) ? spectrum[i] : 0;
        }
        double[] amplitude = ReferenceDft.magnitude(ReferenceDft.forward(spectrum, frame));
        double[] reversed = new double[amplitude.length];
        for (int i = 0; i < reversed.length; i++) {
            reversed[i] = amplitude[amplitude.length - 1 - i];
        }
        return reversed;
    }

    public static double normalisedL1(double[] prediction, double[] target) {
        double difference = 0;
        double size = 0;
        for (int i = 0; i < target.length; i++) {
            difference += Math.abs(prediction[i] - target[i]) / target.length;
            size += Math.abs(target[i]) / target.length;
        }
        return difference / (size + 1e-8);
    }
}
