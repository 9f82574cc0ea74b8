// SPDX-License-Identifier: Apache-2.0
package fizeau.bench.operator;

import fizeau.optics.Box;
import fizeau.optics.Mask;

/**
 * The telescope in double precision, inside the box of the mask, by sums that are as in the formula: {@code a = J |u|},
 * {@code u = C (M . C P x)}, and {@code Re P' C (M . C conj(q))} with {@code q = (J g) . u / |u|} for the gradient. Shares nothing
 * with the engine but the mask.
 */
final class TelescopeReference {
    private final int edge;
    private final int objectEdge;
    private final Box box;
    private final double[] mask;
    private final double[] cosines;
    private final double[] sines;

    /** Complex matrix, row-major. */
    private record Field(int rows, int columns, double[] re, double[] im) {
        Field(int rows, int columns) {
            this(rows, columns, new double[rows * columns], new double[rows * columns]);
        }
    }

    TelescopeReference(Mask mask, int objectEdge) {
        this.edge = mask.shape().nx();
        this.objectEdge = objectEdge;
        this.box = mask.bounds();
        this.mask = new double[box.height() * box.width()];
        for (int y = 0; y < box.height(); y++) {
            for (int x = 0; x < box.width(); x++) {
                this.mask[y * box.width() + x] = mask.isOpen(box.top() + y, box.left() + x) ? 1 : 0;
            }
        }
        this.cosines = new double[edge];
        this.sines = new double[edge];
        for (int t = 0; t < edge; t++) {
            cosines[t] = Math.cos(-2 * Math.PI * t / edge) / Math.sqrt(edge);
            sines[t] = Math.sin(-2 * Math.PI * t / edge) / Math.sqrt(edge);
        }
    }

    /** Detector amplitudes and, for a gradient of them, that of the object. */
    record Result(double[] amplitudes, double[] gradient) {}

    Result of(float[] object, float[] amplitudeGradient) {
        int first = (edge - objectEdge) / 2;
        Field x = new Field(objectEdge, objectEdge);
        for (int i = 0; i < object.length; i++) {
            x.re[i] = object[i];
        }
        Field spectrum = masked(transform(x, first, first, box.top(), box.left(), box.height(), box.width()));
        Field field = transform(spectrum, box.top(), box.left(), 0, 0, edge, edge);
        double[] amplitudes = new double[edge * edge];
        for (int i = 0; i < amplitudes.length; i++) {
            int seen = amplitudes.length - 1 - i; // both axes reversed
            double amplitude = Math.hypot(field.re[i], field.im[i]);
            amplitudes[seen] = amplitude;
            double factor = amplitude > 0 ? amplitudeGradient[seen] / amplitude : 0;
            field.re[i] *= factor;
            field.im[i] *= -factor;
        }
        Field back = masked(transform(field, 0, 0, box.top(), box.left(), box.height(), box.width()));
        Field gradient = transform(back, box.top(), box.left(), first, first, objectEdge, objectEdge);
        return new Result(amplitudes, gradient.re);
    }

    private Field masked(Field field) {
        for (int i = 0; i < mask.length; i++) {
            field.re[i] *= mask[i];
            field.im[i] *= mask[i];
        }
        return field;
    }

    /** The part of the centred transform that leads from one rectangle of the frame to another, axis by axis. */
    private Field transform(Field from, int top, int left, int toTop, int toLeft, int rows, int columns) {
        Field half = new Field(from.rows, columns);
        for (int y = 0; y < from.rows; y++) {
            for (int l = 0; l < columns; l++) {
                int t = turns(toLeft + l, left);
                int step = turns(toLeft + l, edge / 2 + 1);
                for (int j = 0; j < from.columns; j++) {
                    add(half, y * columns + l, from, y * from.columns + j, t);
                    t = t + step < edge ? t + step : t + step - edge;
                }
            }
        }
        Field result = new Field(rows, columns);
        for (int k = 0; k < rows; k++) {
            for (int i = 0; i < from.rows; i++) {
                int t = turns(toTop + k, top + i);
                for (int l = 0; l < columns; l++) {
                    add(result, k * columns + l, half, i * columns + l, t);
                }
            }
        }
        return result;
    }

    private int turns(int k, int j) {
        return (int) Math.floorMod((long) (k - edge / 2) * (j - edge / 2), (long) edge);
    }

    private void add(Field to, int at, Field from, int of, int t) {
        to.re[at] += from.re[of] * cosines[t] - from.im[of] * sines[t];
        to.im[at] += from.re[of] * sines[t] + from.im[of] * cosines[t];
    }
}
