// SPDX-License-Identifier: Apache-2.0
package fizeau.bench.verify;

import fizeau.optics.Mask;
import fizeau.optics.Shape;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.OptionalDouble;

/**
 * One stored array.
 *
 * @param name its name within the case
 * @param type encoding in the file
 * @param shape logical extents, the last fastest; a complex number counts as one element
 * @param output whether it is a result to reproduce, not an input
 * @param precisionLoss largest difference between the stored single-precision values and a double-precision run of the same
 *     code, where known
 * @param maxAbs largest magnitude, where known
 * @param uncertainPixels of a mask: how many samples single precision decided differently
 * @param values all numbers in storage order, complex ones as two
 */
record GoldenArray(
        String name,
        ElementType type,
        List<Integer> shape,
        boolean output,
        OptionalDouble precisionLoss,
        OptionalDouble maxAbs,
        int uncertainPixels,
        double[] values) {

    boolean isComplex() {
        return type.components() == 2;
    }

    /** The values as floats, complex ones interleaved. */
    float[] floats() {
        float[] floats = new float[values.length];
        for (int i = 0; i < floats.length; i++) {
            floats[i] = (float) values[i];
        }
        return floats;
    }

    /** The values as unsigned bytes. */
    byte[] bytes() {
        byte[] bytes = new byte[values.length];
        for (int i = 0; i < bytes.length; i++) {
            bytes[i] = (byte) (int) values[i];
        }
        return bytes;
    }

    /** Extents of one image: the last two. */
    Shape imageShape() {
        if (shape.size() < 2) {
            throw new IllegalArgumentException("array " + name + " of extents " + shape + " is not an image");
        }
        return new Shape(shape.get(shape.size() - 2), shape.get(shape.size() - 1));
    }

    /** Number of images: the product of all extents but the last two. */
    int images() {
        return values.length / type.components() / imageShape().count();
    }

    /** Every image of a stack of 0 and 1 as a mask. */
    List<Mask> masks() {
        Shape image = imageShape();
        List<Mask> masks = new ArrayList<>();
        for (int i = 0; i < images(); i++) {
            boolean[] open = new boolean[image.count()];
            for (int pixel = 0; pixel < open.length; pixel++) {
                open[pixel] = values[i * open.length + pixel] != 0;
            }
            masks.add(Mask.of(image, open));
        }
        return Collections.unmodifiableList(masks);
    }

    /** Largest magnitude, as stored in the index or else found in the values. */
    double magnitude() {
        if (maxAbs.isPresent()) {
            return maxAbs.getAsDouble();
        }
        double largest = 0;
        for (int i = 0; i < values.length; i += type.components()) {
            double magnitude = isComplex() ? Math.hypot(values[i], values[i + 1]) : Math.abs(values[i]);
            largest = Math.max(largest, magnitude);
        }
        return largest;
    }
}
