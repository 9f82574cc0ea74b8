// SPDX-License-Identifier: Apache-2.0
package fizeau.bench.ops.plan;

import java.util.Arrays;

/**
 * Where the elements of an array lie: element {@code (i, j, ..)} at {@code offset + i * strides[0] + j * strides[1] ..}.
 * Arrays are not copied and must not be changed.
 */
public record Layout(long[] dims, long[] strides, long offset) {

    /** Row-major without gaps. */
    public static Layout dense(long... dims) {
        long[] strides = new long[dims.length];
        long step = 1;
        for (int i = dims.length - 1; i >= 0; i--) {
            strides[i] = step;
            step *= dims[i];
        }
        return new Layout(dims, strides, 0);
    }

    public long count() {
        return Arrays.stream(dims).reduce(1, Math::multiplyExact);
    }

    /** Whether the elements lie row-major without gaps; where they start does not matter. */
    public boolean isDense() {
        long step = 1;
        for (int i = dims.length - 1; i >= 0; i--) {
            if (dims[i] != 1 && strides[i] != step) {
                return false;
            }
            step *= dims[i];
        }
        return true;
    }

    /** The same elements again and again along dimensions that have one. */
    public Layout repeated(long... sizes) {
        if (sizes.length != dims.length) {
            throw new UnsupportedOperationException("only dimensions that are there can be repeated by this engine");
        }
        long[] newStrides = strides.clone();
        for (int i = 0; i < sizes.length; i++) {
            newStrides[i] = dims[i] == sizes[i] ? strides[i] : 0;
        }
        return new Layout(sizes, newStrides, offset);
    }

    public Layout permuted(long... dimensions) {
        long[] newDims = new long[dims.length];
        long[] newStrides = new long[dims.length];
        for (int i = 0; i < dimensions.length; i++) {
            newDims[i] = dims[(int) dimensions[i]];
            newStrides[i] = strides[(int) dimensions[i]];
        }
        return new Layout(newDims, newStrides, offset);
    }

    public Layout sliced(int dimension, long from, long size) {
        long[] newDims = dims.clone();
        newDims[dimension] = size;
        return new Layout(newDims, strides, offset + from * strides[dimension]);
    }

    /**
     * The same elements under other sizes, or null where that needs a copy. Runs of old dimensions are matched with runs
     * of new ones of the same product; a run can be split and joined anew when it has no gaps within.
     */
    public Layout reshaped(long... sizes) {
        long[] oldDims = new long[dims.length];
        long[] oldStrides = new long[dims.length];
        int rank = 0;
        for (int i = 0; i < dims.length; i++) {
            if (dims[i] != 1) {
                oldDims[rank] = dims[i];
                oldStrides[rank++] = strides[i];
            }
        }
        long[] newStrides = new long[sizes.length];
        int old = 0;
        int now = 0;
        while (old < rank) {
            long oldProduct = oldDims[old];
            long newProduct = sizes[now];
            int oldEnd = old + 1;
            int newEnd = now + 1;
            while (oldProduct != newProduct) {
                if (newProduct < oldProduct) {
                    newProduct *= sizes[newEnd++];
                } else {
                    oldProduct *= oldDims[oldEnd++];
                }
            }
            for (int i = old; i < oldEnd - 1; i++) {
                if (oldStrides[i] != oldDims[i + 1] * oldStrides[i + 1]) {
                    return null;
                }
            }
            long step = oldStrides[oldEnd - 1];
            for (int i = newEnd - 1; i >= now; i--) {
                newStrides[i] = step;
                step *= sizes[i];
            }
            old = oldEnd;
            now = newEnd;
        }
        for (int i = now; i < sizes.length; i++) {
            newStrides[i] = 1; // sizes of 1 at the end
        }
        return new Layout(sizes, newStrides, offset);
    }
}
