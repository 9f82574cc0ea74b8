// SPDX-License-Identifier: Apache-2.0
package fizeau.reconstruct.loss;

import fizeau.optics.Shape;

/** Checks and conversions for images that stand one after another in one array. */
final class ImageStack {

    private ImageStack() {}

    /** How many images of {@code shape} the array holds. */
    static int imagesIn(float[] values, Shape shape) {
        if (values.length == 0 || values.length % shape.count() != 0) {
            throw new IllegalArgumentException("target of " + values.length + " pixels does not hold whole images of "
                    + shape + ": pass one or more images of " + shape.count() + " pixels");
        }
        return values.length / shape.count();
    }

    static void requireLength(String what, float[] values, int length) {
        if (values.length != length) {
            throw new IllegalArgumentException(
                    what + " has " + values.length + " pixels, but the target of the loss has " + length);
        }
    }

    static double[] image(float[] stack, int index, Shape shape) {
        double[] image = new double[shape.count()];
        copyImage(stack, index, image);
        return image;
    }

    static void copyImage(float[] stack, int index, double[] image) {
        int start = index * image.length;
        for (int i = 0; i < image.length; i++) {
            image[i] = stack[start + i];
        }
    }

    static void storeImage(double[] image, float[] stack, int index) {
        int start = index * image.length;
        for (int i = 0; i < image.length; i++) {
            stack[start + i] = (float) image[i];
        }
    }
}
