// SPDX-License-Identifier: Apache-2.0
package fizeau.backend.cpu;

import fizeau.fourier.RootsOfUnity;
import org.bytedeco.javacpp.FloatPointer;

/**
 * One axis of the transform from a box of the spectrum to all n detector positions, as real matrices of one class of
 * remainders each. Row {@code 2 j} and {@code 2 j + 1} give real and imaginary part at position j of the first
 * {@code n / radix}; columns are the real parts, then the imaginary parts of the class.
 *
 * <p>Positions are counted from the optical axis, wrapping round, and frequencies from the start of the box: both drop
 * phases that depend on the position only and so do not change the amplitude. The factors depend on the size of the box,
 * not on where it lies. Owns its native memory.
 */
final class DetectorFactors implements AutoCloseable {
    private final int length;
    private final ResidueOrder order;
    private final NativeFloats matrices;
    private final FloatPointer[] matrix;

    DetectorFactors(int length, ResidueOrder order) {
        this.length = length;
        this.order = order;
        this.matrices = NativeFloats.allocate((long) 2 * positions() * 2 * order.count());
        this.matrix = new FloatPointer[order.radix()];
        RootsOfUnity roots = RootsOfUnity.of(length);
        int offset = 0;
        for (int r = 0; r < order.radix(); r++) {
            matrix[r] = matrices.at(offset);
            int size = order.size(r);
            float[] row = new float[2 * size];
            for (int j = 0; j < positions(); j++) {
                for (int q = 0; q < size; q++) {
                    long exponent = (long) order.frequency(r, q) * j;
                    row[q] = roots.real(exponent);
                    row[size + q] = -roots.imaginary(exponent);
                }
                matrices.put(offset + 2 * j * 2 * size, row, 0, 2 * size);
                for (int q = 0; q < size; q++) {
                    long exponent = (long) order.frequency(r, q) * j;
                    row[q] = roots.imaginary(exponent);
                    row[size + q] = roots.real(exponent);
                }
                matrices.put(offset + (2 * j + 1) * 2 * size, row, 0, 2 * size);
            }
            offset += 2 * positions() * 2 * size;
        }
    }

    /** Positions of the axis. */
    int length() {
        return length;
    }

    ResidueOrder order() {
        return order;
    }

    /** Positions computed by matrix products; the others follow from them. */
    int positions() {
        return length / order.radix();
    }

    /** The matrix of one class: {@code 2 positions} rows of {@code 2 order.size(r)}. */
    FloatPointer matrix(int remainder) {
        return matrix[remainder];
    }

    /** The same from row {@code 2 position} on. */
    FloatPointer matrix(int remainder, int position) {
        return matrix[remainder].getPointer((long) 2 * position * 2 * order.size(remainder));
    }

    long bytes() {
        return matrices.bytes();
    }

    @Override
    public void close() {
        matrices.close();
    }
}
