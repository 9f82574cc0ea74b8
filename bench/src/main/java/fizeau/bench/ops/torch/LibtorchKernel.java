// SPDX-License-Identifier: Apache-2.0
package fizeau.bench.ops.torch;

import java.util.function.Supplier;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.Tensor;

/** Runs something that returns a new tensor, and lets go of it at the next call, as a program that uses it once would. */
final class LibtorchKernel implements Kernel {
    private final Supplier<Tensor> call;
    private final Runnable release;
    private Tensor last;

    /** @param release frees what the call needs; may do nothing */
    LibtorchKernel(Supplier<Tensor> call, Runnable release) {
        this.call = call;
        this.release = release;
    }

    @Override
    public void run() {
        drop();
        try (PointerScope scope = new PointerScope()) {
            last = call.get().retainReference();
        }
    }

    @Override
    public Tensor output() {
        if (last == null) {
            throw new IllegalStateException("no output before the first call");
        }
        return last;
    }

    @Override
    public void close() {
        drop();
        release.run();
    }

    private void drop() {
        if (last != null) {
            last.close();
            last = null;
        }
    }
}
