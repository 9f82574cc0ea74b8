// SPDX-License-Identifier: Apache-2.0
package fizeau.bench.ops.torch;

import fizeau.bench.ops.Parameter;
import java.nio.FloatBuffer;
import java.util.ArrayList;
import java.util.List;
import org.bytedeco.javacpp.FloatPointer;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;

/** The parameters of a computation as tensors. Owns them. */
final class Tensors implements AutoCloseable {
    private static final int CHUNK = 1 << 20;

    private final List<Tensor> tensors = new ArrayList<>();

    Tensors(List<Parameter> parameters) {
        for (Parameter parameter : parameters) {
            tensors.add(filled(parameter));
        }
    }

    List<Tensor> all() {
        return tensors;
    }

    Tensor get(int index) {
        return tensors.get(index);
    }

    /** All values of a dense tensor. */
    static float[] values(Tensor tensor) {
        float[] values = new float[Math.toIntExact(tensor.numel())];
        buffer(tensor).get(values);
        return values;
    }

    /** The memory of a dense tensor; valid while the tensor is open. */
    static FloatBuffer buffer(Tensor tensor) {
        return tensor.data_ptr_float().capacity(tensor.numel()).asBuffer();
    }

    /** A dense tensor without values, kept beyond the current pointer scope. */
    static Tensor empty(List<Long> dims) {
        return torch.empty(dims.stream().mapToLong(Long::longValue).toArray()).retainReference();
    }

    @Override
    public void close() {
        tensors.forEach(Tensor::close);
        tensors.clear();
    }

    private static Tensor filled(Parameter parameter) {
        try (PointerScope scope = new PointerScope()) {
            Tensor tensor = empty(parameter.dims());
            FloatPointer data = tensor.data_ptr_float();
            long count = parameter.count();
            float[] chunk = new float[(int) Math.min(count, CHUNK)];
            for (long from = 0; from < count; from += chunk.length) {
                int length = (int) Math.min(chunk.length, count - from);
                parameter.values().fill(chunk, from, length);
                data.position(from).put(chunk, 0, length);
            }
            return tensor;
        }
    }
}
