// SPDX-License-Identifier: Apache-2.0
package fizeau.backend;

import fizeau.optics.Mask;
import fizeau.optics.Shape;
import fizeau.reconstruct.DecoderLayout;
import java.util.List;

/** What every backend refuses, each in the same sentence. */
public final class Inputs {

    private Inputs() {}

    /** @throws IllegalArgumentException when there are more or fewer values than needed */
    public static void requireLength(String what, int found, int expected) {
        if (found != expected) {
            throw new IllegalArgumentException(what + " needs " + expected + " values, got " + found);
        }
    }

    /** @throws IllegalArgumentException when the mask is of another size than the frame */
    public static void requireFrame(Mask mask, Shape frame) {
        if (!mask.shape().equals(frame)) {
            throw new IllegalArgumentException("mask of " + mask.shape() + " does not fit the frame of " + frame);
        }
    }

    /** @throws IllegalArgumentException when object, parameters and what the session is to compute do not fit together */
    public static void requireTraining(TrainingSpec spec, float[] object, float[] initialParameters) {
        Shape output = Shape.square(spec.decoder().outputSize());
        if (!spec.object().equals(output)) {
            throw new IllegalArgumentException("a decoder of " + output + " cannot reconstruct an object of "
                    + spec.object() + ": make them equal");
        }
        int expected = DecoderLayout.of(spec.decoder()).parameterCount();
        if (object.length != spec.object().count() || initialParameters.length != expected) {
            throw new IllegalArgumentException("training needs an object of "
                    + spec.object().count() + " samples and " + expected + " parameters, got " + object.length + " and "
                    + initialParameters.length);
        }
    }

    /** @throws IllegalArgumentException when products are to be rounded where nothing can round them */
    public static void requireSinglePrecision(Switches switches) {
        if (switches.precision() != Precision.FP32) {
            throw new IllegalArgumentException("precision "
                    + switches.precision().word()
                    + " exists on cuda at the library level only: use --device cuda --level library, or --precision "
                    + Precision.FP32.word());
        }
    }

    /** @throws IllegalArgumentException when there is no room for the losses of so many iterations */
    public static void requireLosses(int iterations, float[] losses) {
        if (iterations < 0 || losses.length < iterations) {
            throw new IllegalArgumentException("cannot write the losses of " + iterations
                    + " iterations into an array of " + losses.length + ": it needs one element for each");
        }
    }

    /** @throws IllegalArgumentException when there is no room for the losses of so many iterations of each member */
    public static void requireLosses(int members, int iterations, float[][] losses) {
        if (losses.length != members) {
            throw new IllegalArgumentException("cannot write the losses of " + members + " members into "
                    + losses.length + " arrays: each needs one");
        }
        for (float[] own : losses) {
            requireLosses(iterations, own);
        }
    }

    /** @throws IllegalArgumentException when there is no member */
    public static void requireMembers(List<TrainingBatch.Member> members) {
        if (members.isEmpty()) {
            throw new IllegalArgumentException("a batch of no members trains nothing: name at least one");
        }
    }

    /** @throws IllegalArgumentException when there is no image, or the arrays are not those of {@code count} images */
    public static void requireImages(Shape shape, float[] images, int count, float[] reference) {
        if (count < 1 || images.length != count * shape.count() || reference.length != shape.count()) {
            throw new IllegalArgumentException("quality of " + count + " images of " + shape + " needs "
                    + (long) count * shape.count() + " and " + shape.count()
                    + " amplitudes and at least one image, got "
                    + images.length + " and " + reference.length);
        }
    }
}
