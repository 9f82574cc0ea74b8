// SPDX-License-Identifier: Apache-2.0
package fizeau.bench.verify;

import fizeau.backend.MeasurementOperator;
import fizeau.optics.Mask;
import fizeau.optics.Shape;
import java.util.Arrays;
import java.util.List;

/** What several checks do with measurement operators and images. */
final class Measurements {

    private Measurements() {}

    /** Detector amplitudes of the loaded object through each mask, image by image. */
    static float[] through(MeasurementOperator operator, List<Mask> masks, Shape frame) {
        float[] amplitudes = new float[masks.size() * frame.count()];
        operator.measure(masks, amplitudes);
        return amplitudes;
    }

    /** One image of a stack. */
    static float[] image(float[] stack, int index, Shape shape) {
        return Arrays.copyOfRange(stack, index * shape.count(), (index + 1) * shape.count());
    }

    /** A real image as a complex one, interleaved. */
    static float[] complex(float[] real) {
        float[] field = new float[2 * real.length];
        for (int i = 0; i < real.length; i++) {
            field[2 * i] = real[i];
        }
        return field;
    }

    /** Two arrays, one after the other. */
    static float[] joined(float[] first, float[] second) {
        float[] joined = Arrays.copyOf(first, first.length + second.length);
        System.arraycopy(second, 0, joined, first.length, second.length);
        return joined;
    }
}
