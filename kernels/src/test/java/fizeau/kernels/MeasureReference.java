// SPDX-License-Identifier: Apache-2.0
package fizeau.kernels;

/**
 * What the kernels of {@code measure.cu} compute, in double precision through the whole frame instead of the box. Arrays have
 * the shapes named in the kernels' records; complex ones are interleaved (re, im).
 */
final class MeasureReference {

    /** Loss per field row, and each row's way back to the box columns. */
    record RowL1(double[] rowLoss, double[] rowAdjoint) {}

    private MeasureReference() {}

    static double[] boxProject(double[] object, double[] mask, int[] origins, BoxGeometry geometry) {
        FrameGeometry frame = geometry.frame();
        double[] result = new double[2 * frame.entries() * geometry.boxNy() * geometry.boxNx()];
        for (int e = 0; e < frame.entries(); e++) {
            double[] spectrum =
                    CentredTransform.of(embedded(object, e / frame.masksPerObject(), frame), frame.ny(), frame.nx());
            for (int k = 0; k < geometry.boxNy(); k++) {
                for (int l = 0; l < geometry.boxNx(); l++) {
                    int inBox = (e * geometry.boxNy() + k) * geometry.boxNx() + l;
                    int inFrame = (origins[2 * e] + k) * frame.nx() + origins[2 * e + 1] + l;
                    result[2 * inBox] = mask[inBox] * spectrum[2 * inFrame];
                    result[2 * inBox + 1] = mask[inBox] * spectrum[2 * inFrame + 1];
                }
            }
        }
        return result;
    }

    /** One object in a complex frame, centred coordinates. */
    static double[] embedded(double[] object, int number, FrameGeometry frame) {
        double[] field = new double[2 * frame.ny() * frame.nx()];
        for (int i = 0; i < frame.objectNy(); i++) {
            for (int j = 0; j < frame.objectNx(); j++) {
                field[2 * ((frame.objectTop() + i) * frame.nx() + frame.objectLeft() + j)] =
                        object[(number * frame.objectNy() + i) * frame.objectNx() + j];
            }
        }
        return field;
    }

    /** The field of one entry, centred coordinates. */
    private static double[] field(double[] spectrum, int entry, int[] origins, BoxGeometry geometry) {
        FrameGeometry frame = geometry.frame();
        double[] whole = new double[2 * frame.ny() * frame.nx()];
        for (int k = 0; k < geometry.boxNy(); k++) {
            for (int l = 0; l < geometry.boxNx(); l++) {
                int inBox = (entry * geometry.boxNy() + k) * geometry.boxNx() + l;
                int inFrame = (origins[2 * entry] + k) * frame.nx() + origins[2 * entry + 1] + l;
                whole[2 * inFrame] = spectrum[2 * inBox];
                whole[2 * inFrame + 1] = spectrum[2 * inBox + 1];
            }
        }
        return CentredTransform.of(whole, frame.ny(), frame.nx());
    }

    /** Index in a measurement of a centred field sample: both axes reversed. */
    static int detectorIndex(int entry, int row, int column, FrameGeometry frame) {
        return (entry * frame.ny() + frame.ny() - 1 - row) * frame.nx() + frame.nx() - 1 - column;
    }

    static double[] rowAmplitude(double[] spectrum, int[] origins, BoxGeometry geometry) {
        FrameGeometry frame = geometry.frame();
        double[] measurement = new double[frame.entries() * frame.ny() * frame.nx()];
        for (int e = 0; e < frame.entries(); e++) {
            double[] field = field(spectrum, e, origins, geometry);
            for (int r = 0; r < frame.ny(); r++) {
                for (int c = 0; c < frame.nx(); c++) {
                    int i = 2 * (r * frame.nx() + c);
                    measurement[detectorIndex(e, r, c, frame)] = Math.hypot(field[i], field[i + 1]);
                }
            }
        }
        return measurement;
    }

    static RowL1 rowL1(double[] spectrum, double[] target, double[] weights, int[] origins, BoxGeometry geometry) {
        FrameGeometry frame = geometry.frame();
        double[] rowLoss = new double[frame.entries() * frame.ny()];
        double[] rowAdjoint = new double[2 * frame.entries() * frame.ny() * geometry.boxNx()];
        for (int e = 0; e < frame.entries(); e++) {
            double[] field = field(spectrum, e, origins, geometry);
            for (int r = 0; r < frame.ny(); r++) {
                for (int c = 0; c < frame.nx(); c++) {
                    int i = r * frame.nx() + c;
                    double t = target[detectorIndex(e, r, c, frame)];
                    rowLoss[e * frame.ny() + r] += weights[e] * conjugateL1Gradient(field, i, t, weights[e]);
                }
            }
            addRowAdjoint(rowAdjoint, field, e, origins, geometry);
        }
        return new RowL1(rowLoss, rowAdjoint);
    }

    static double[] rowGradient(double[] spectrum, double[] amplitudeGradient, int[] origins, BoxGeometry geometry) {
        FrameGeometry frame = geometry.frame();
        double[] rowAdjoint = new double[2 * frame.entries() * frame.ny() * geometry.boxNx()];
        for (int e = 0; e < frame.entries(); e++) {
            double[] field = field(spectrum, e, origins, geometry);
            for (int r = 0; r < frame.ny(); r++) {
                for (int c = 0; c < frame.nx(); c++) {
                    conjugateGradient(field, r * frame.nx() + c, amplitudeGradient[detectorIndex(e, r, c, frame)]);
                }
            }
            addRowAdjoint(rowAdjoint, field, e, origins, geometry);
        }
        return rowAdjoint;
    }

    private static void addRowAdjoint(
            double[] rowAdjoint, double[] field, int entry, int[] origins, BoxGeometry geometry) {
        FrameGeometry frame = geometry.frame();
        for (int r = 0; r < frame.ny(); r++) {
            for (int l = 0; l < geometry.boxNx(); l++) {
                for (int c = 0; c < frame.nx(); c++) {
                    long turns = (long) (origins[2 * entry + 1] + l - frame.nx() / 2) * (c - frame.nx() / 2);
                    int to = (entry * frame.ny() + r) * geometry.boxNx() + l;
                    CentredTransform.addTimesRoot(rowAdjoint, to, field, r * frame.nx() + c, turns, frame.nx());
                }
            }
        }
    }

    /** Replaces sample {@code i} by the conjugated gradient where that of its magnitude is {@code slope}. */
    static void conjugateGradient(double[] field, int i, double slope) {
        double amplitude = Math.hypot(field[2 * i], field[2 * i + 1]);
        double factor = amplitude == 0 ? 0 : slope / amplitude;
        field[2 * i] *= factor;
        field[2 * i + 1] *= -factor;
    }

    /** Replaces sample {@code i} by the conjugated gradient of {@code weight |abs - target|}; returns {@code |abs - target|}. */
    static double conjugateL1Gradient(double[] field, int i, double target, double weight) {
        double re = field[2 * i];
        double im = field[2 * i + 1];
        double amplitude = Math.hypot(re, im);
        double factor = amplitude == 0 ? 0 : weight * Math.signum(amplitude - target) / amplitude;
        field[2 * i] = re * factor;
        field[2 * i + 1] = -im * factor;
        return Math.abs(amplitude - target);
    }

    static double[] boxAdjoint(double[] rowAdjoint, double[] mask, int[] origins, BoxGeometry geometry) {
        FrameGeometry frame = geometry.frame();
        double scale = 1 / Math.sqrt((double) frame.ny() * frame.nx());
        double[] columnAdjoint = new double[2 * frame.entries() * geometry.boxNy() * frame.objectNx()];
        for (int e = 0; e < frame.entries(); e++) {
            for (int k = 0; k < geometry.boxNy(); k++) {
                double[] spectrum = new double[2 * geometry.boxNx()];
                for (int l = 0; l < geometry.boxNx(); l++) {
                    for (int r = 0; r < frame.ny(); r++) {
                        long turns = (long) (origins[2 * e] + k - frame.ny() / 2) * (r - frame.ny() / 2);
                        int from = (e * frame.ny() + r) * geometry.boxNx() + l;
                        CentredTransform.addTimesRoot(spectrum, l, rowAdjoint, from, turns, frame.ny());
                    }
                    double factor = scale * mask[(e * geometry.boxNy() + k) * geometry.boxNx() + l];
                    spectrum[2 * l] *= factor;
                    spectrum[2 * l + 1] *= factor;
                }
                for (int j = 0; j < frame.objectNx(); j++) {
                    for (int l = 0; l < geometry.boxNx(); l++) {
                        long turns = (long) (origins[2 * e + 1] + l - frame.nx() / 2)
                                * (frame.objectLeft() + j - frame.nx() / 2);
                        int to = (e * geometry.boxNy() + k) * frame.objectNx() + j;
                        CentredTransform.addTimesRoot(columnAdjoint, to, spectrum, l, turns, frame.nx());
                    }
                }
            }
        }
        return columnAdjoint;
    }

    static double[] objectAdjoint(double[] columnAdjoint, int[] origins, BoxGeometry geometry) {
        FrameGeometry frame = geometry.frame();
        double scale = 1 / Math.sqrt((double) frame.ny() * frame.nx());
        double[] gradient = new double[frame.objects() * frame.objectNy() * frame.objectNx()];
        double[] sum = new double[2];
        for (int e = 0; e < frame.entries(); e++) {
            for (int i = 0; i < frame.objectNy(); i++) {
                for (int j = 0; j < frame.objectNx(); j++) {
                    sum[0] = 0;
                    for (int k = 0; k < geometry.boxNy(); k++) {
                        long turns =
                                (long) (origins[2 * e] + k - frame.ny() / 2) * (frame.objectTop() + i - frame.ny() / 2);
                        int from = (e * geometry.boxNy() + k) * frame.objectNx() + j;
                        CentredTransform.addTimesRoot(sum, 0, columnAdjoint, from, turns, frame.ny());
                    }
                    int object = e / frame.masksPerObject();
                    gradient[(object * frame.objectNy() + i) * frame.objectNx() + j] += scale * sum[0];
                }
            }
        }
        return gradient;
    }

    /** The loss of all entries, for finite differences. */
    static double loss(
            double[] object, double[] mask, double[] target, double[] weights, int[] origins, BoxGeometry geometry) {
        double[] amplitudes = rowAmplitude(boxProject(object, mask, origins, geometry), origins, geometry);
        int samples = geometry.frame().ny() * geometry.frame().nx();
        double loss = 0;
        for (int i = 0; i < amplitudes.length; i++) {
            loss += weights[i / samples] * Math.abs(amplitudes[i] - target[i]);
        }
        return loss;
    }
}
