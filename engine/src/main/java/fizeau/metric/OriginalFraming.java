// SPDX-License-Identifier: Apache-2.0
package fizeau.metric;

import fizeau.optics.Shape;

/**
 * Cropping and padding exactly as the reference implementation does it. Its crop starts one pixel late, and near the full
 * size returns fewer pixels than asked. Kept for checking against it and for its decoder's output; for everything else use
 * {@link ImageQuality#centredCrop}.
 */
public final class OriginalFraming {

    private OriginalFraming() {}

    /** Rows and columns {@code (n - size) / 2 + 1} onwards, at most {@code size} of each. */
    public static SizedImage cropImage(SizedImage image, int size) {
        Shape shape = image.shape();
        if (size < 1 || size > shape.ny() || size > shape.nx()) {
            throw new IllegalArgumentException(
                    "cannot crop " + size + " pixels from an image of " + shape + ": use 1 to the shorter edge");
        }
        int top = (shape.ny() - size) / 2 + 1;
        int left = (shape.nx() - size) / 2 + 1;
        int height = Math.min(size, shape.ny() - top);
        int width = Math.min(size, shape.nx() - left);
        if (height < 1 || width < 1) {
            throw new IllegalArgumentException("cropping " + size + " pixels one pixel late from an image of " + shape
                    + " leaves nothing: use a larger image");
        }
        Shape cropped = new Shape(height, width);
        float[] pixels = new float[cropped.count()];
        for (int y = 0; y < height; y++) {
            System.arraycopy(image.pixels(), shape.index(top + y, left), pixels, cropped.index(y, 0), width);
        }
        return new SizedImage(pixels, cropped);
    }

    /** The image in a square of zeros, {@code (size - n) / 2} of them before it on each axis. */
    public static SizedImage padImage(SizedImage image, int size) {
        Shape shape = image.shape();
        if (size < shape.ny() || size < shape.nx()) {
            throw new IllegalArgumentException(
                    "cannot pad an image of " + shape + " to " + size + " pixels: use at least the longer edge");
        }
        Shape padded = Shape.square(size);
        float[] pixels = new float[padded.count()];
        for (int y = 0; y < shape.ny(); y++) {
            int to = padded.index(padded.rowOffset(shape) + y, padded.columnOffset(shape));
            System.arraycopy(image.pixels(), shape.index(y, 0), pixels, to, shape.nx());
        }
        return new SizedImage(pixels, padded);
    }

    /** {@link #padImage} when {@code size} is at least both edges, else {@link #cropImage}. */
    public static SizedImage cropOrPad(SizedImage image, int size) {
        boolean holdsImage = size >= image.shape().ny() && size >= image.shape().nx();
        return holdsImage ? padImage(image, size) : cropImage(image, size);
    }
}
