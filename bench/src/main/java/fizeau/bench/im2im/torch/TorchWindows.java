// SPDX-License-Identifier: Apache-2.0
package fizeau.bench.im2im.torch;

import fizeau.bench.eager.EagerTensors;
import fizeau.bench.im2im.PatchBatch;
import fizeau.bench.im2im.run.WindowNetwork;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.NoGradGuard;
import org.bytedeco.pytorch.Tensor;

/** libtorch's network on windows. Owns it. */
final class TorchWindows implements WindowNetwork {
    private final int[] patch;
    private final ResidualUnet network;

    TorchWindows(int[] patch, ResidualUnet network) {
        this.patch = patch;
        this.network = network;
    }

    @Override
    public Staged stage(float[] values, int count) {
        try (PointerScope scope = new PointerScope();
                NoGradGuard guard = new NoGradGuard()) {
            Tensor dense = TrainingTask.tensor(new PatchBatch(count, patch, values, values), values);
            return new Input(EagerTensors.keep(network.prepared(dense)), count);
        }
    }

    /** Owns its tensor. */
    private final class Input implements Staged {
        private final Tensor tensor;
        private final int count;

        private Input(Tensor tensor, int count) {
            this.tensor = tensor;
            this.count = count;
        }

        @Override
        public int count() {
            return count;
        }

        @Override
        public void predict(float[] to) {
            try (PointerScope scope = new PointerScope();
                    NoGradGuard guard = new NoGradGuard()) {
                EagerTensors.read(network.forward(tensor), to, 0, to.length);
            }
        }

        @Override
        public void close() {
            tensor.close();
        }
    }

    @Override
    public void close() {
        network.close();
    }
}
