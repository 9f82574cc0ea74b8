// SPDX-License-Identifier: Apache-2.0
package fizeau.bench.ops.torch;

import fizeau.bench.ops.Algebra;
import fizeau.bench.ops.LastUses;
import java.util.List;
import org.bytedeco.pytorch.DoubleOptional;
import org.bytedeco.pytorch.T_TensorTensorTensor_T;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.TensorOptional;
import org.bytedeco.pytorch.TensorVector;
import org.bytedeco.pytorch.global.torch;

/**
 * Computes at once, operation by operation, as eager PyTorch does. Results belong to the pointer scope around the call;
 * those of a computation whose last uses are known are freed there, so that no more memory is held, and what the next
 * operation gets is as warm, as in a Python program. Works in the precision of the tensors it is given.
 */
public class EagerAlgebra implements Algebra<Tensor> {
    private final LastUses uses;
    private final Tensor[] results;
    private int operations;

    /** Keeps all results until the pointer scope closes. */
    public EagerAlgebra() {
        this.uses = null;
        this.results = null;
    }

    /** For one call of one computation: frees what its operations have no more use for. */
    public EagerAlgebra(LastUses uses) {
        this.uses = uses;
        this.results = new Tensor[uses.operations()];
    }

    /** Every operation ends here, after it has computed. */
    protected final Tensor made(Tensor result) {
        if (uses == null) {
            return result;
        }
        int operation = operations++;
        results[operation] = result;
        for (int ended : uses.endingAt(operation)) {
            if (results[ended] != result) { // an operation in place hands its operand on
                results[ended].close();
            }
            results[ended] = null;
        }
        return result;
    }

    @Override
    public Tensor matmul(Tensor left, Tensor right) {
        return made(torch.matmul(left, right));
    }

    @Override
    public Tensor linear(Tensor x, Tensor weight, Tensor bias) {
        return made(torch.linear(x, weight, optional(bias)));
    }

    @Override
    public Tensor convolution(Tensor x, Tensor weight, Tensor bias, int stride, int padding, int groups) {
        return made(torch.conv2d(
                x,
                weight,
                optional(bias),
                new long[] {stride, stride},
                new long[] {padding, padding},
                new long[] {1, 1},
                groups));
    }

    @Override
    public Tensor batchNorm(Tensor x, Tensor gamma, Tensor beta, Tensor mean, Tensor variance, double epsilon) {
        return made(torch.batch_norm(
                x, optional(gamma), optional(beta), optional(mean), optional(variance), false, 0.1, epsilon, false));
    }

    @Override
    public Tensor layerNorm(Tensor x, long size, Tensor gamma, Tensor beta, double epsilon) {
        return made(torch.layer_norm(x, new long[] {size}, optional(gamma), optional(beta), epsilon, false));
    }

    @Override
    public Tensor relu(Tensor x) {
        return made(torch.relu(x));
    }

    @Override
    public Tensor gelu(Tensor x, boolean tanh) {
        return made(tanh ? torch.gelu(x, "tanh") : torch.gelu(x));
    }

    @Override
    public Tensor add(Tensor left, Tensor right) {
        return made(torch.add(left, right));
    }

    @Override
    public Tensor multiply(Tensor left, Tensor right) {
        return made(torch.mul(left, right));
    }

    @Override
    public Tensor embedding(Tensor table, Tensor positions) {
        try (Tensor whole = positions.to(torch.ScalarType.Long)) {
            return made(torch.embedding(table, whole));
        }
    }

    @Override
    public Tensor attention(Tensor query, Tensor key, Tensor value, boolean causal) {
        return made(torch.scaled_dot_product_attention(
                query, key, value, new TensorOptional(), 0, causal, new DoubleOptional(), false));
    }

    @Override
    public Tensor lstm(Tensor x, Tensor zeroState, List<Tensor> weights, int layers) {
        try (TensorVector states = new TensorVector(zeroState, zeroState);
                TensorVector all = new TensorVector(weights.toArray(Tensor[]::new));
                T_TensorTensorTensor_T outputAndStates =
                        torch.lstm(x, states, all, true, layers, 0, false, false, true)) {
            return made(new Tensor(outputAndStates.get0()));
        }
    }

    @Override
    public Tensor reshape(Tensor x, long... sizes) {
        return made(torch.reshape(x, sizes));
    }

    @Override
    public Tensor permute(Tensor x, long... dimensions) {
        return made(torch.permute(x, dimensions));
    }

    @Override
    public Tensor slice(Tensor x, int dimension, long from, long to) {
        return made(torch.narrow(x, dimension, from, to - from));
    }

    @Override
    public Tensor concatenate(List<Tensor> parts, int dimension) {
        try (TensorVector all = new TensorVector(parts.toArray(Tensor[]::new))) { // holds the parts as long as it lives
            return made(torch.cat(all, dimension));
        }
    }

    @Override
    public Tensor expand(Tensor x, long... sizes) {
        return made(x.expand(sizes));
    }

    @Override
    public Tensor maxPool(Tensor x, int size, int stride, int padding) {
        return made(torch.max_pool2d(
                x,
                new long[] {size, size},
                new long[] {stride, stride},
                new long[] {padding, padding},
                new long[] {1, 1},
                false));
    }

    @Override
    public Tensor meanOfPixels(Tensor x) {
        return made(torch.adaptive_avg_pool2d(x, 1, 1));
    }

    private static TensorOptional optional(Tensor tensor) {
        return tensor == null ? new TensorOptional() : new TensorOptional(tensor);
    }
}
