// SPDX-License-Identifier: Apache-2.0
package fizeau.bench.ops.torch;

import java.util.List;
import java.util.function.Consumer;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.Tensor;

/** Runs something that fills one output tensor again and again. Owns that tensor. */
final class PreallocatedKernel implements Kernel {
    private final Tensor output;
    private final Consumer<Tensor> call;
    private final Runnable release;

    /** @param release frees what the call needs; may do nothing */
    PreallocatedKernel(List<Long> dims, Consumer<Tensor> call, Runnable release) {
        this.output = Tensors.empty(dims);
        this.call = call;
        this.release = release;
    }

    @Override
    public void run() {
        try (PointerScope scope = new PointerScope()) {
            call.accept(output);
        }
    }

    @Override
    public Tensor output() {
        return output;
    }

    @Override
    public void close() {
        release.run();
        output.close();
    }
}
