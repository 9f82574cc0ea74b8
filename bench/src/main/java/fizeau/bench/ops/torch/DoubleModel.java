// SPDX-License-Identifier: Apache-2.0
package fizeau.bench.ops.torch;

import fizeau.bench.ops.Computation;
import fizeau.bench.ops.LastUses;
import java.util.List;
import org.bytedeco.javacpp.DoublePointer;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;

/** The output of a model computed by libtorch in double precision, from the same single-precision parameters. */
final class DoubleModel implements AutoCloseable {
    private final Tensor output;
    private final DoublePointer values;

    DoubleModel(Computation model, Tensors parameters) {
        try (PointerScope scope = new PointerScope()) {
            List<Tensor> wide = parameters.all().stream()
                    .map(tensor -> tensor.to(torch.ScalarType.Double))
                    .toList();
            output = model.forward(new EagerAlgebra(LastUses.of(model)), wide)
                    .contiguous()
                    .retainReference();
        }
        values = output.data_ptr_double().retainReference();
    }

    double at(long position) {
        return values.get(position);
    }

    @Override
    public void close() {
        output.close();
    }
}
