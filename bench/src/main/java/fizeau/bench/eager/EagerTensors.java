// SPDX-License-Identifier: Apache-2.0
package fizeau.bench.eager;

import fizeau.optics.Shape;
import org.bytedeco.javacpp.FloatPointer;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;

/** Moves numbers between Java arrays and dense single-precision CPU tensors. */
public final class EagerTensors {

    private EagerTensors() {}

    /** A new {@code [ny, nx]} tensor with the {@code shape.count()} values of {@code source}. */
    static Tensor image(float[] source, Shape shape) {
        Tensor tensor = torch.empty(shape.ny(), shape.nx());
        write(tensor, source, 0, source.length);
        return tensor;
    }

    /** Overwrites all values of {@code tensor}, bypassing automatic differentiation. */
    public static void write(Tensor tensor, float[] source, int offset, int count) {
        requireCount(tensor, count);
        try (FloatPointer data = tensor.data_ptr_float()) {
            data.put(source, offset, count);
        }
    }

    /** Reads all values of {@code tensor} in row-major order. */
    public static void read(Tensor tensor, float[] target, int offset, int count) {
        requireCount(tensor, count);
        try (Tensor dense = tensor.contiguous();
                FloatPointer data = dense.data_ptr_float()) {
            data.get(target, offset, count);
        }
    }

    /** Keeps a tensor alive beyond the pointer scope it was made in; its owner closes it. */
    public static Tensor keep(Tensor tensor) {
        return tensor.retainReference();
    }

    /** Native memory has no bounds check of its own. */
    private static void requireCount(Tensor tensor, int count) {
        if (tensor.numel() != count) {
            throw new IllegalArgumentException("tensor of " + tensor.numel() + " values, array part of " + count);
        }
    }
}
