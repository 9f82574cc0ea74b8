// SPDX-License-Identifier: Apache-2.0
package fizeau.bench.ops.torch;

import fizeau.bench.ops.OperatorShape.Convolution;
import fizeau.bench.ops.OperatorShape.ResidualBlock;
import java.nio.FloatBuffer;
import java.util.function.Supplier;
import java.util.function.UnaryOperator;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;

/** The residual block with its normalisations folded into the convolutions: w' = w gamma / s, b' = beta - mean gamma / s. */
final class ResidualKernels {
    private final ResidualBlock block;
    private final Tensor input;
    private final float[][] taps = new float[2][];
    private final float[][] shifts = new float[2][];

    ResidualKernels(ResidualBlock block, Tensors p) {
        this.block = block;
        this.input = p.get(0);
        fold(0, p, 1);
        fold(1, p, 6);
    }

    Kernel open(String name, int threads) {
        if (Implementations.isWinograd(name)) {
            return winograd(Implementations.chunksOf(name), threads);
        }
        Tensor w1 = weight(0);
        Tensor w2 = weight(1);
        Tensor b1 = bias(0);
        Tensor b2 = bias(1);
        Runnable release = () -> {
            w1.close();
            w2.close();
            b1.close();
            b2.close();
        };
        EagerAlgebra a = new EagerAlgebra();
        return switch (name) {
            case "folded" ->
                new LibtorchKernel(
                        () -> finish(
                                a.convolution(
                                        a.convolution(input, w1, b1, 1, 1, 1).relu_(), w2, b2, 1, 1, 1),
                                input),
                        release);
            case "folded-channels-last" -> {
                Tensor l1 = w1.contiguous(torch.MemoryFormat.ChannelsLast).retainReference();
                Tensor l2 = w2.contiguous(torch.MemoryFormat.ChannelsLast).retainReference();
                Supplier<Tensor> call = () -> {
                    Tensor x = input.contiguous(torch.MemoryFormat.ChannelsLast);
                    Tensor hidden = a.convolution(x, l1, b1, 1, 1, 1).relu_();
                    return finish(a.convolution(hidden, l2, b2, 1, 1, 1), x).contiguous();
                };
                yield new LibtorchKernel(call, () -> {
                    l1.close();
                    l2.close();
                    release.run();
                });
            }
            case "folded-onednn-fused-channels-last" -> {
                PointwiseKernels pointwise = new PointwiseKernels();
                UnaryOperator<Tensor> first = pointwise.convolution(w1, b1, shape(), true);
                PointwiseKernels.Adding second = pointwise.convolutionAndSum(w2, b2, shape());
                Supplier<Tensor> call = () -> {
                    Tensor x = PointwiseKernels.channelsLast(input);
                    return second.apply(first.apply(x), x).contiguous();
                };
                yield new LibtorchKernel(call, () -> {
                    pointwise.close();
                    release.run();
                });
            }
            case "folded-onednn-packed" -> {
                PackedConvolution first = PackedConvolution.onednn(w1, b1, shape(), true);
                PackedConvolution second = PackedConvolution.onednn(w2, b2, shape(), false);
                yield new LibtorchKernel(() -> finish(second.apply(first.apply(input)), input), () -> {
                    first.close();
                    second.close();
                    release.run();
                });
            }
            default -> throw Implementations.unknown(name);
        };
    }

    private Kernel winograd(WinogradConvolution.Chunks chunks, int threads) {
        Crew crew = new Crew(threads);
        WinogradConvolution first = new WinogradConvolution(shape(), taps[0], shifts[0], true, chunks, crew);
        WinogradConvolution second = new WinogradConvolution(shape(), taps[1], shifts[1], true, chunks, crew);
        Tensor hidden = Tensors.empty(block.outputDims());
        FloatBuffer between = Tensors.buffer(hidden);
        FloatBuffer x = Tensors.buffer(input);
        return new PreallocatedKernel(
                block.outputDims(),
                out -> {
                    first.run(x, null, between);
                    second.run(between, x, Tensors.buffer(out));
                },
                () -> {
                    first.close();
                    second.close();
                    hidden.close();
                    crew.close();
                });
    }

    private Convolution shape() {
        return block.convolution();
    }

    private static Tensor finish(Tensor second, Tensor added) {
        return second.add_(added).relu_();
    }

    /** @param first index of the convolution's weight; gamma, beta, mean and variance follow */
    private void fold(int which, Tensors p, int first) {
        float[] w = Tensors.values(p.get(first));
        float[] gamma = Tensors.values(p.get(first + 1));
        float[] beta = Tensors.values(p.get(first + 2));
        float[] mean = Tensors.values(p.get(first + 3));
        float[] variance = Tensors.values(p.get(first + 4));
        float[] shift = new float[block.channels()];
        int perChannel = 9 * block.channels();
        for (int k = 0; k < shift.length; k++) {
            double factor = gamma[k] / Math.sqrt(variance[k] + ResidualBlock.EPSILON);
            shift[k] = (float) (beta[k] - mean[k] * factor);
            for (int i = k * perChannel; i < (k + 1) * perChannel; i++) {
                w[i] = (float) (w[i] * factor);
            }
        }
        taps[which] = w;
        shifts[which] = shift;
    }

    private Tensor weight(int which) {
        return torch.tensor(taps[which])
                .reshape(block.channels(), block.channels(), 3, 3)
                .retainReference();
    }

    private Tensor bias(int which) {
        return torch.tensor(shifts[which]).retainReference();
    }
}
