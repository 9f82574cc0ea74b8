// SPDX-License-Identifier: Apache-2.0
package fizeau.bench.eager;

import fizeau.backend.TrainingSpec;
import fizeau.optics.CircularAperture;
import fizeau.optics.PixelPosition;
import fizeau.optics.Shape;
import fizeau.reconstruct.DecoderInitializer;
import fizeau.reconstruct.DecoderLayout;
import fizeau.reconstruct.DecoderSpec;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.function.ToDoubleFunction;

/** A reconstruction small enough for finite differences: 8 x 8 pixels in a frame of 15 x 12. */
final class EagerFixture {

    static final Shape OBJECT = Shape.square(8);
    static final Shape FRAME = new Shape(15, 12);
    static final TrainingSpec SPEC =
            new TrainingSpec(OBJECT, FRAME, new CircularAperture(3.3), new DecoderSpec(16, 8, true), 1e-3);
    static final PixelPosition FIRST = new PixelPosition(0.3, -0.2);
    static final PixelPosition SECOND = new PixelPosition(-2.1, 1.7);

    private EagerFixture() {}

    static float[] object() {
        return random(OBJECT.count(), 11);
    }

    static float[] parameters(DecoderSpec spec, long seed) {
        return DecoderInitializer.initialParameters(DecoderLayout.of(spec), seed);
    }

    static float[] parameters() {
        return parameters(SPEC.decoder(), 5);
    }

    /** Values in 0 to 1. */
    static float[] random(int count, long seed) {
        Random random = new Random(seed);
        float[] values = new float[count];
        for (int i = 0; i < count; i++) {
            values[i] = random.nextFloat();
        }
        return values;
    }

    static double[] doubles(float[] values) {
        double[] result = new double[values.length];
        for (int i = 0; i < values.length; i++) {
            result[i] = values[i];
        }
        return result;
    }

    /** Parameters to differentiate: up to 25 of every segment, its ends among them. */
    static List<Integer> probes(DecoderLayout layout) {
        List<Integer> probes = new ArrayList<>();
        for (DecoderLayout.Segment segment : layout.segments()) {
            int last = segment.count() - 1;
            int steps = Math.min(last, 24);
            for (int k = 0; k <= steps; k++) {
                probes.add(segment.offset() + (steps == 0 ? 0 : (int) ((long) k * last / steps)));
            }
        }
        return probes;
    }

    /** Central difference of a function with respect to parameter {@code i}; {@code at} is left as it was. */
    static double slope(ToDoubleFunction<double[]> function, double[] at, int i) {
        double step = 1e-6;
        double here = at[i];
        at[i] = here + step;
        double above = function.applyAsDouble(at);
        at[i] = here - step;
        double below = function.applyAsDouble(at);
        at[i] = here;
        return (above - below) / (2 * step);
    }
}
