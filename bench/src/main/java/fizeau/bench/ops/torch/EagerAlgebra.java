// SPDX-License-Identifier: Apache-2.0
package fizeau.bench.ops.torch;

import fizeau.bench.ops.Algebra;
import java.util.List;
import org.bytedeco.pytorch.DoubleOptional;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.TensorOptional;
import org.bytedeco.pytorch.TensorVector;
import org.bytedeco.pytorch.global.torch;

/**
 * Computes at once, operation by operation, as eager PyTorch does. Results belong to the pointer scope around the call.
 * Works in the precision of the tensors it is given.
 */
public class EagerAlgebra implements Algebra<Tensor> {

    @Override
    public Tensor matmul(Tensor left, Tensor right) {
        return torch.matmul(left, right);
    }

    @Override
    public Tensor linear(Tensor x, Tensor weight, Tensor bias) {
        return torch.linear(x, weight, optional(bias));
    }

    @Override
    public Tensor convolution(Tensor x, Tensor weight, Tensor bias, int stride, int padding, int groups) {
        return torch.conv2d(
                x,
                weight,
                optional(bias),
                new long[] {stride, stride},
                new long[] {padding, padding},
                new long[] {1, 1},
                groups);
    }

    @Override
    public Tensor batchNorm(Tensor x, Tensor gamma, Tensor beta, Tensor mean, Tensor variance, double epsilon) {
        return torch.batch_norm(
                x, optional(gamma), optional(beta), optional(mean), optional(variance), false, 0.1, epsilon, false);
    }

    @Override
    public Tensor layerNorm(Tensor x, long size, Tensor gamma, Tensor beta, double epsilon) {
        return torch.layer_norm(x, new long[] {size}, optional(gamma), optional(beta), epsilon, false);
    }

    @Override
    public Tensor relu(Tensor x) {
        return torch.relu(x);
    }

    @Override
    public Tensor gelu(Tensor x, boolean tanh) {
        return tanh ? torch.gelu(x, "tanh") : torch.gelu(x);
    }

    @Override
    public Tensor add(Tensor left, Tensor right) {
        return torch.add(left, right);
    }

    @Override
    public Tensor multiply(Tensor left, Tensor right) {
        return torch.mul(left, right);
    }

    @Override
    public Tensor embedding(Tensor table, Tensor positions) {
        return torch.embedding(table, positions.to(torch.ScalarType.Long));
    }

    @Override
    public Tensor attention(Tensor query, Tensor key, Tensor value, boolean causal) {
        return torch.scaled_dot_product_attention(
                query, key, value, new TensorOptional(), 0, causal, new DoubleOptional(), false);
    }

    @Override
    public Tensor lstm(Tensor x, Tensor zeroState, List<Tensor> weights, int layers) {
        return torch.lstm(
                        x,
                        new TensorVector(zeroState, zeroState),
                        new TensorVector(weights.toArray(Tensor[]::new)),
                        true,
                        layers,
                        0,
                        false,
                        false,
                        true)
                .get0();
    }

    @Override
    public Tensor reshape(Tensor x, long... sizes) {
        return torch.reshape(x, sizes);
    }

    @Override
    public Tensor permute(Tensor x, long... dimensions) {
        return torch.permute(x, dimensions);
    }

    @Override
    public Tensor slice(Tensor x, int dimension, long from, long to) {
        return torch.narrow(x, dimension, from, to - from);
    }

    @Override
    public Tensor concatenate(List<Tensor> parts, int dimension) {
        return torch.cat(new TensorVector(parts.toArray(Tensor[]::new)), dimension);
    }

    @Override
    public Tensor expand(Tensor x, long... sizes) {
        return x.expand(sizes);
    }

    @Override
    public Tensor maxPool(Tensor x, int size, int stride, int padding) {
        return torch.max_pool2d(
                x,
                new long[] {size, size},
                new long[] {stride, stride},
                new long[] {padding, padding},
                new long[] {1, 1},
                false);
    }

    @Override
    public Tensor meanOfPixels(Tensor x) {
        return torch.adaptive_avg_pool2d(x, 1, 1);
    }

    private static TensorOptional optional(Tensor tensor) {
        return tensor == null ? new TensorOptional() : new TensorOptional(tensor);
    }
}
