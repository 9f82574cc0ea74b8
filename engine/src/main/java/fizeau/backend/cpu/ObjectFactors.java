// SPDX-License-Identifier: Apache-2.0
package fizeau.backend.cpu;

import fizeau.fourier.RootsOfUnity;
import org.bytedeco.javacpp.FloatPointer;

/**
 * One axis of the transform from an embedded object to a box of the spectrum: the factors
 * {@code exp(-2 pi i (k - h)(j - h) / n) / sqrt(n)} with {@code h = n / 2}, for the box's frequencies k in the order of
 * remainders and the object's positions j. Two forms of the same numbers: {@link #split} (all real parts, then all
 * imaginary parts) for the first axis, {@link #direct} and {@link #turned} (by class of remainders) for the second.
 *
 * <p>Owns its native memory.
 */
final class ObjectFactors implements AutoCloseable {
    private final int objectLength;
    private final ResidueOrder order;
    private final NativeFloats split;
    private final NativeFloats direct;
    private final NativeFloats turned;

    /**
     * @param length samples of the frame along this axis
     * @param objectLength samples of the object, embedded centrally
     * @param start first frequency of the box as an index of the frame
     */
    ObjectFactors(int length, int objectLength, int start, ResidueOrder order) {
        this.objectLength = objectLength;
        this.order = order;
        int count = order.count();
        this.split = NativeFloats.allocate((long) 2 * count * objectLength);
        this.direct = NativeFloats.allocate((long) 2 * count * objectLength);
        this.turned = NativeFloats.allocate((long) 2 * count * objectLength);
        RootsOfUnity roots = RootsOfUnity.of(length);
        int centre = length / 2;
        int offset = (length - objectLength) / 2;
        float[] real = new float[objectLength];
        float[] imaginary = new float[objectLength];
        float[] negative = new float[objectLength];
        for (int r = 0; r < order.radix(); r++) {
            int size = order.size(r);
            for (int q = 0; q < size; q++) {
                long k = start + order.frequency(r, q) - centre;
                for (int j = 0; j < objectLength; j++) {
                    long exponent = k * (offset + j - centre);
                    real[j] = roots.real(exponent);
                    imaginary[j] = roots.imaginary(exponent);
                    negative[j] = -imaginary[j];
                }
                int position = order.start(r) + q;
                put(split, position, real);
                put(split, count + position, imaginary);
                int first = 2 * order.start(r) + q;
                put(direct, first, real);
                put(direct, first + size, imaginary);
                put(turned, first, negative);
                put(turned, first + size, real);
            }
        }
    }

    ResidueOrder order() {
        return order;
    }

    /** {@code 2 count} rows of {@code objectLength}: real parts in the order of remainders, then imaginary parts. */
    FloatPointer split(int row) {
        return split.at(row * objectLength);
    }

    /** {@link #split} from a column on. */
    FloatPointer splitColumn(int column) {
        return split.at(column);
    }

    /** The same, real and imaginary parts class by class: what a real input contributes. */
    FloatPointer direct(int row) {
        return direct.at(row * objectLength);
    }

    /** {@link #direct} times i: what an imaginary input contributes. */
    FloatPointer turned(int row) {
        return turned.at(row * objectLength);
    }

    long bytes() {
        return split.bytes() + direct.bytes() + turned.bytes();
    }

    @Override
    public void close() {
        split.close();
        direct.close();
        turned.close();
    }

    private void put(NativeFloats block, int row, float[] values) {
        block.put(row * objectLength, values, 0, objectLength);
    }
}
