// SPDX-License-Identifier: Apache-2.0
package fizeau.backend.cpu;

import fizeau.fourier.RootsOfUnity;
import org.bytedeco.javacpp.FloatPointer;

/**
 * One axis of the transform from a box of the spectrum to all n detector positions, as real matrices of one class of
 * remainders each. The first rows give the real parts at the first {@code n / radix} positions, the other half the imaginary
 * parts; columns are the real parts, then the imaginary parts of the class. Kept transposed as well, for the axis on which
 * the spectrum is the left factor.
 *
 * <p>Positions are counted from the optical axis, wrapping round, and frequencies from the start of the box: both drop
 * phases that depend on the position only and so do not change the amplitude. The factors depend on the size of the box,
 * not on where it lies. Owns its native memory.
 */
final class DetectorFactors implements AutoCloseable {
    private final int length;
    private final ResidueOrder order;
    private final NativeFloats matrices;
    private final NativeFloats transposed;

    DetectorFactors(int length, ResidueOrder order) {
        this.length = length;
        this.order = order;
        long count = (long) 2 * positions() * 2 * order.count();
        this.matrices = NativeFloats.allocate(count);
        this.transposed = NativeFloats.allocate(count);
        RootsOfUnity roots = RootsOfUnity.of(length);
        for (int r = 0; r < order.radix(); r++) {
            int size = order.size(r);
            float[] matrix = new float[2 * positions() * 2 * size];
            float[] columns = new float[matrix.length];
            for (int j = 0; j < positions(); j++) {
                for (int q = 0; q < size; q++) {
                    long exponent = (long) order.frequency(r, q) * j;
                    float real = roots.real(exponent);
                    float imaginary = roots.imaginary(exponent);
                    put(matrix, columns, size, j, q, real);
                    put(matrix, columns, size, j, size + q, -imaginary);
                    put(matrix, columns, size, positions() + j, q, imaginary);
                    put(matrix, columns, size, positions() + j, size + q, real);
                }
            }
            matrices.put(offset(r), matrix, 0, matrix.length);
            transposed.put(offset(r), columns, 0, columns.length);
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

    /** The matrix of one class, {@code 2 positions} rows of {@code 2 order.size(r)}; part 1 is the lower half. */
    FloatPointer matrix(int remainder, int part) {
        return matrices.at(offset(remainder) + part * positions() * 2 * order.size(remainder));
    }

    /** The same transposed; part 1 is the right half. */
    FloatPointer transposed(int remainder, int part) {
        return transposed.at(offset(remainder) + part * positions());
    }

    long bytes() {
        return matrices.bytes() + transposed.bytes();
    }

    @Override
    public void close() {
        matrices.close();
        transposed.close();
    }

    private int offset(int remainder) {
        return 2 * positions() * 2 * order.start(remainder);
    }

    private void put(float[] matrix, float[] columns, int size, int row, int column, float value) {
        matrix[row * 2 * size + column] = value;
        columns[column * 2 * positions() + row] = value;
    }
}
