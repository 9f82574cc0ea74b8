// SPDX-License-Identifier: Apache-2.0
package fizeau.kernels;

import java.util.Arrays;

/** What the kernels of {@code fourier.cu} compute, by way of centred arrays in double precision. */
final class FourierReference {

    private FourierReference() {}

    /** The inverse shift: sample {@code [s]} of the result is sample {@code [(s + n / 2) mod n]}, per axis, of one image. */
    static double[] toFftOrder(double[] centred, int ny, int nx) {
        double[] result = new double[centred.length];
        for (int y = 0; y < ny; y++) {
            for (int x = 0; x < nx; x++) {
                int from = (y + ny / 2) % ny * nx + (x + nx / 2) % nx;
                result[2 * (y * nx + x)] = centred[2 * from];
                result[2 * (y * nx + x) + 1] = centred[2 * from + 1];
            }
        }
        return result;
    }

    /** The shift: undoes {@link #toFftOrder}. */
    static double[] toCentred(double[] fftOrder, int ny, int nx) {
        double[] result = new double[fftOrder.length];
        for (int y = 0; y < ny; y++) {
            for (int x = 0; x < nx; x++) {
                int to = (y + ny / 2) % ny * nx + (x + nx / 2) % nx;
                result[2 * to] = fftOrder[2 * (y * nx + x)];
                result[2 * to + 1] = fftOrder[2 * (y * nx + x) + 1];
            }
        }
        return result;
    }

    /** The unscaled transform from frequency 0 that cuFFT computes, for every image of a batch. */
    static double[] transform(double[] fields, int ny, int nx) {
        double[] result = new double[fields.length];
        int length = 2 * ny * nx;
        for (int start = 0; start < fields.length; start += length) {
            double[] rows = new double[length];
            double[] image = new double[length];
            for (int y = 0; y < ny; y++) {
                for (int k = 0; k < nx; k++) {
                    for (int j = 0; j < nx; j++) {
                        CentredTransform.addTimesRoot(
                                rows, y * nx + k, fields, start / 2 + y * nx + j, (long) k * j, nx);
                    }
                }
            }
            for (int k = 0; k < ny; k++) {
                for (int y = 0; y < ny; y++) {
                    for (int x = 0; x < nx; x++) {
                        CentredTransform.addTimesRoot(image, k * nx + x, rows, y * nx + x, (long) k * y, ny);
                    }
                }
            }
            System.arraycopy(image, 0, result, start, length);
        }
        return result;
    }

    static double[] embedObject(double[] object, FrameGeometry frame) {
        double[] fields = new double[2 * frame.objects() * frame.ny() * frame.nx()];
        for (int o = 0; o < frame.objects(); o++) {
            put(fields, o, toFftOrder(MeasureReference.embedded(object, o, frame), frame.ny(), frame.nx()));
        }
        return fields;
    }

    static double[] maskMultiply(double[] fields, double[] mask, FrameGeometry frame, boolean shared) {
        int samples = frame.ny() * frame.nx();
        double[] result = new double[2 * frame.entries() * samples];
        for (int e = 0; e < frame.entries(); e++) {
            double[] centred =
                    toCentred(image(fields, shared ? e / frame.masksPerObject() : e, samples), frame.ny(), frame.nx());
            for (int i = 0; i < samples; i++) {
                centred[2 * i] *= mask[e * samples + i] / samples;
                centred[2 * i + 1] *= mask[e * samples + i] / samples;
            }
            put(result, e, toFftOrder(centred, frame.ny(), frame.nx()));
        }
        return result;
    }

    /** Masks in boxes, laid into frames of zeros. */
    static double[] boxMultiply(double[] fields, double[] boxes, int[] origins, BoxGeometry geometry, boolean shared) {
        FrameGeometry frame = geometry.frame();
        double[] masks = new double[frame.entries() * frame.ny() * frame.nx()];
        int next = 0;
        for (int e = 0; e < frame.entries(); e++) {
            for (int k = 0; k < geometry.boxNy(); k++) {
                for (int l = 0; l < geometry.boxNx(); l++) {
                    int y = origins[2 * e] + k;
                    int x = origins[2 * e + 1] + l;
                    masks[(e * frame.ny() + y) * frame.nx() + x] = boxes[next++];
                }
            }
        }
        return maskMultiply(fields, masks, frame, shared);
    }

    static double[] checkerboardMultiply(double[] fields, int ny, int nx, double scale) {
        double[] result = fields.clone();
        for (int i = 0; i < fields.length / 2; i++) {
            double factor = (i / nx % ny + i % nx) % 2 == 0 ? scale : -scale;
            result[2 * i] *= factor;
            result[2 * i + 1] *= factor;
        }
        return result;
    }

    static double[] fieldAmplitude(double[] fields, FrameGeometry frame) {
        int samples = frame.ny() * frame.nx();
        double[] measurement = new double[frame.entries() * samples];
        for (int e = 0; e < frame.entries(); e++) {
            double[] centred = toCentred(image(fields, e, samples), frame.ny(), frame.nx());
            for (int i = 0; i < samples; i++) {
                measurement[MeasureReference.detectorIndex(e, i / frame.nx(), i % frame.nx(), frame)] =
                        Math.hypot(centred[2 * i], centred[2 * i + 1]);
            }
        }
        return measurement;
    }

    /** Conjugated gradients of the fields, FFT order. */
    static double[] fieldL1(double[] fields, double[] target, double[] weights, FrameGeometry frame) {
        int samples = frame.ny() * frame.nx();
        double[] result = new double[fields.length];
        for (int e = 0; e < frame.entries(); e++) {
            double[] centred = toCentred(image(fields, e, samples), frame.ny(), frame.nx());
            for (int i = 0; i < samples; i++) {
                double t = target[MeasureReference.detectorIndex(e, i / frame.nx(), i % frame.nx(), frame)];
                MeasureReference.conjugateL1Gradient(centred, i, t, weights[e]);
            }
            put(result, e, toFftOrder(centred, frame.ny(), frame.nx()));
        }
        return result;
    }

    /** Conjugated gradients of the fields where those of their amplitudes are given, FFT order. */
    static double[] fieldGradient(double[] fields, double[] amplitudeGradient, FrameGeometry frame) {
        int samples = frame.ny() * frame.nx();
        double[] result = new double[fields.length];
        for (int e = 0; e < frame.entries(); e++) {
            double[] centred = toCentred(image(fields, e, samples), frame.ny(), frame.nx());
            for (int i = 0; i < samples; i++) {
                int seen = MeasureReference.detectorIndex(e, i / frame.nx(), i % frame.nx(), frame);
                MeasureReference.conjugateGradient(centred, i, amplitudeGradient[seen]);
            }
            put(result, e, toFftOrder(centred, frame.ny(), frame.nx()));
        }
        return result;
    }

    static double[] extractObject(double[] fields, FrameGeometry frame) {
        int samples = frame.ny() * frame.nx();
        double[] gradient = new double[frame.objects() * frame.objectNy() * frame.objectNx()];
        for (int e = 0; e < frame.entries(); e++) {
            double[] centred = toCentred(image(fields, e, samples), frame.ny(), frame.nx());
            for (int i = 0; i < frame.objectNy(); i++) {
                for (int j = 0; j < frame.objectNx(); j++) {
                    int to = (e / frame.masksPerObject() * frame.objectNy() + i) * frame.objectNx() + j;
                    gradient[to] += centred[2 * ((frame.objectTop() + i) * frame.nx() + frame.objectLeft() + j)];
                }
            }
        }
        return gradient;
    }

    private static double[] image(double[] fields, int number, int samples) {
        return Arrays.copyOfRange(fields, 2 * number * samples, 2 * (number + 1) * samples);
    }

    private static void put(double[] fields, int number, double[] image) {
        System.arraycopy(image, 0, fields, number * image.length, image.length);
    }
}
