// SPDX-License-Identifier: Apache-2.0
package fizeau.bench.im2im.torch;

import fizeau.bench.eager.EagerTensors;
import java.util.List;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.Adam;
import org.bytedeco.pytorch.AdamOptions;
import org.bytedeco.pytorch.NoGradGuard;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.TensorVector;
import org.bytedeco.pytorch.global.torch;

/** Adam with weight decay added to the gradient, as {@code torch.optim.Adam} has it. */
interface Optimiser extends AutoCloseable {

    /** Forgets gradients. */
    void zero();

    /** One step along the gradients. */
    void step();

    void learningRate(double rate);

    @Override
    void close();

    /** libtorch's own: tensor by tensor. Borrows the parameters. */
    final class Library implements Optimiser {
        private final Adam adam;

        Library(List<Tensor> parameters, double rate, double decay) {
            try (PointerScope scope = new PointerScope()) {
                AdamOptions options = new AdamOptions(rate);
                options.weight_decay().put(decay);
                adam = new Adam(new TensorVector(parameters.toArray(Tensor[]::new)), options);
                adam.retainReference();
            }
        }

        @Override
        public void zero() {
            adam.zero_grad();
        }

        @Override
        public void step() {
            adam.step();
        }

        @Override
        public void learningRate(double rate) {
            try (PointerScope scope = new PointerScope()) {
                adam.param_groups().get(0).options().set_lr(rate);
            }
        }

        @Override
        public void close() {
            adam.releaseReference();
        }
    }

    /** Over one buffer with all parameters and one with all gradients, five operations a step. Borrows the network. */
    final class Flat implements Optimiser {
        private static final double BETA1 = 0.9;
        private static final double BETA2 = 0.999;
        private static final double EPSILON = 1e-8;

        private final Tensor parameters;
        private final Tensor gradient;
        private final Tensor first;
        private final Tensor second;
        private final double decay;
        private double rate;
        private long steps;

        Flat(ResidualUnet network, double rate, double decay) {
            this.parameters = network.flat();
            this.rate = rate;
            this.decay = decay;
            try (PointerScope scope = new PointerScope()) {
                gradient = EagerTensors.keep(torch.zeros_like(parameters));
                first = EagerTensors.keep(torch.zeros_like(parameters));
                second = EagerTensors.keep(torch.zeros_like(parameters));
                long offset = 0;
                for (Tensor leaf : network.parameters()) {
                    long count = leaf.numel();
                    Tensor part = gradient.narrow(0, offset, count).view_as(leaf);
                    leaf.mutable_grad().put(part); // backward passes add to it in place from now on
                    offset += count;
                }
            }
        }

        @Override
        public void zero() {
            gradient.zero_();
        }

        @Override
        public void step() {
            steps++;
            try (PointerScope scope = new PointerScope();
                    NoGradGuard guard = new NoGradGuard()) {
                gradient.add_(parameters, new Scalar(decay));
                first.lerp_(gradient, new Scalar(1 - BETA1));
                second.mul_(new Scalar(BETA2)).addcmul_(gradient, gradient, new Scalar(1 - BETA2));
                Tensor denominator = second.sqrt()
                        .div_(new Scalar(Math.sqrt(1 - Math.pow(BETA2, steps))))
                        .add_(new Scalar(EPSILON));
                parameters.addcdiv_(first, denominator, new Scalar(-rate / (1 - Math.pow(BETA1, steps))));
            }
        }

        @Override
        public void learningRate(double newRate) {
            rate = newRate;
        }

        @Override
        public void close() {
            first.close();
            second.close();
            gradient.close();
        }
    }
}
