// SPDX-License-Identifier: Apache-2.0
package fizeau.bench.eager;

import fizeau.backend.DecoderNetwork;
import fizeau.optics.Shape;
import fizeau.reconstruct.DecoderLayout;
import fizeau.reconstruct.DecoderLayout.Kind;
import fizeau.reconstruct.DecoderLayout.Layer;
import fizeau.reconstruct.DecoderSpec;
import java.util.ArrayList;
import java.util.List;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.BoolOptional;
import org.bytedeco.pytorch.NoGradGuard;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.TensorArrayRefOptional;
import org.bytedeco.pytorch.TensorOptional;
import org.bytedeco.pytorch.global.torch;
import org.bytedeco.pytorch.global.torch.MemoryFormat;

/**
 * The progressive decoder as a chain of libtorch operations, differentiated automatically. Owns its parameters (leaf
 * tensors, one per named segment of the layout), their gradients and the batch-norm statistics.
 */
public final class EagerDecoder implements DecoderNetwork {

    private static final double EPSILON = 1e-5;
    private static final double MOMENTUM = 0.1;
    private static final long[] ONES = {1, 1};
    private static final long[] TWOS = {2, 2};
    private static final long[] ZEROS = {0, 0};

    private final DecoderSpec spec;
    private final DecoderLayout layout;
    private final List<Tensor> parameters = new ArrayList<>();
    private final List<Block> blocks = new ArrayList<>();
    private final Tensor latent;
    private Tensor lastOutput;
    private boolean open = true;

    /** One layer's share of the tensors; null where the layer has none. */
    private record Block(Layer layer, Tensor weight, Tensor bias, Tensor gamma, Tensor beta, Tensor mean, Tensor var) {}

    /** A decoder with all parameters zero, running means 0 and running variances 1. */
    public EagerDecoder(DecoderSpec spec) {
        this.spec = spec;
        this.layout = DecoderLayout.of(spec);
        this.latent = parameter(1, spec.inputSize(), 1, 1);
        for (Layer layer : layout.layers()) {
            blocks.add(block(layer));
        }
    }

    private Block block(Layer layer) {
        int in = layer.inChannels();
        int out = layer.outChannels();
        int kernel = layer.kernel();
        boolean transposed = layer.kind() == Kind.FIRST || layer.kind() == Kind.UPSAMPLING;
        Tensor weight = transposed ? parameter(in, out, kernel, kernel) : parameter(out, in, kernel, kernel);
        Tensor bias = layer.bias() < 0 ? null : parameter(out);
        boolean normalised = layer.gamma() >= 0;
        return new Block(
                layer,
                weight,
                bias,
                normalised ? parameter(out) : null,
                normalised ? parameter(out) : null,
                normalised ? EagerTensors.keep(torch.zeros(out)) : null,
                normalised ? EagerTensors.keep(torch.ones(out)) : null);
    }

    private Tensor parameter(long... shape) {
        Tensor leaf = EagerTensors.keep(torch.zeros(shape));
        leaf.set_requires_grad(true);
        parameters.add(leaf);
        return leaf;
    }

    public DecoderSpec spec() {
        return spec;
    }

    /** The leaf tensors in the order of the layout's segments; owned by the decoder. */
    List<Tensor> parameters() {
        return List.copyOf(parameters);
    }

    /** Keeps the latent as it is: no gradient is computed for it. */
    void fixLatent() {
        latent.set_requires_grad(false);
    }

    /** The parameters that a step changes. */
    List<Tensor> trained() {
        return parameters.stream().filter(Tensor::requires_grad).toList();
    }

    /** Sets all parameters, in the order of the layout. */
    public void load(float[] values) {
        requireOpen();
        requireParameterCount(values, "parameters");
        List<DecoderLayout.Segment> segments = layout.segments();
        for (int i = 0; i < segments.size(); i++) {
            EagerTensors.write(
                    parameters.get(i),
                    values,
                    segments.get(i).offset(),
                    segments.get(i).count());
        }
    }

    /** A copy of all parameters, in the order of the layout. */
    public float[] parameterValues() {
        requireOpen();
        float[] values = new float[layout.parameterCount()];
        List<DecoderLayout.Segment> segments = layout.segments();
        for (int i = 0; i < segments.size(); i++) {
            EagerTensors.read(
                    parameters.get(i),
                    values,
                    segments.get(i).offset(),
                    segments.get(i).count());
        }
        return values;
    }

    /**
     * Runs the network, {@code [outputSize, outputSize]} amplitudes. Recorded for differentiation unless a guard forbids
     * it; belongs to the caller's pointer scope.
     */
    Tensor forward() {
        requireOpen();
        Tensor signal = latent;
        for (Block block : blocks) {
            signal = convolve(block, signal);
            if (block.gamma() != null) {
                signal = torch.batch_norm(
                        signal,
                        new TensorOptional(block.gamma()),
                        new TensorOptional(block.beta()),
                        new TensorOptional(block.mean()),
                        new TensorOptional(block.var()),
                        true,
                        MOMENTUM,
                        EPSILON,
                        false);
            }
            if (block.layer().relu()) {
                signal = torch.relu_(signal);
            }
        }
        return fit(torch.sigmoid(signal));
    }

    /**
     * One layer's convolution. Two forms differ from the obvious one, both for the opponent's speed (oneDNN 3.7, one
     * thread). The first layer sees a single pixel, where a transposed convolution is a row vector times a matrix: 3.5 ms
     * forward and backward instead of 15. The 3 x 3 layers with their few channels run with channels last: 2.1 ms instead
     * of 4.5.
     */
    private static Tensor convolve(Block block, Tensor signal) {
        Tensor weight = block.weight();
        TensorOptional bias = block.bias() == null ? new TensorOptional() : new TensorOptional(block.bias());
        Layer layer = block.layer();
        switch (layer.kind()) {
            case FIRST:
                return pixelTimesMatrix(block, signal);
            case UPSAMPLING:
                return torch.conv_transpose2d(signal, weight, bias, TWOS, ONES, ZEROS, 1, ONES);
            case REFINEMENT:
                return torch.conv2d(channelsLast(signal), weight, bias, ONES, ONES, ONES, 1)
                        .contiguous();
            case LAST:
                return torch.conv2d(channelsLast(signal), weight, bias, ONES, ZEROS, ONES, 1)
                        .contiguous();
            default:
                throw new IllegalStateException("layer kind " + layer.kind() + " is unknown");
        }
    }

    private static Tensor pixelTimesMatrix(Block block, Tensor pixel) {
        Layer layer = block.layer();
        Tensor matrix = block.weight().view(layer.inChannels(), -1);
        Tensor map = torch.mm(pixel.view(1, layer.inChannels()), matrix)
                .view(1, layer.outChannels(), layer.outEdge(), layer.outEdge());
        return block.bias() == null ? map : map.add(block.bias().view(1, -1, 1, 1));
    }

    /** Batch norm is slow on few channels in this order, so every layer returns to the usual one. */
    private static Tensor channelsLast(Tensor signal) {
        return signal.contiguous(MemoryFormat.ChannelsLast);
    }

    /** Zero frame after the sigmoid where the map is too small; where it is too large, the reference's late crop. */
    private Tensor fit(Tensor map) {
        int edge = spec.featureEdge() - 2;
        int size = spec.outputSize();
        if (size >= edge) {
            long before = (size - edge) / 2;
            long after = size - edge - before;
            return torch.constant_pad_nd(map, before, after, before, after).view(size, size);
        }
        int start = (edge - size) / 2 + 1;
        return map.narrow(2, start, size).narrow(3, start, size).reshape(size, size);
    }

    @Override
    public void forward(float[] values, float[] output) {
        requireOutputCount(output, "output");
        load(values);
        try (PointerScope scope = new PointerScope()) {
            Tensor result = forward();
            EagerTensors.read(result, output, 0, output.length);
            forgetOutput();
            lastOutput = EagerTensors.keep(result);
        }
    }

    @Override
    public void backward(float[] outputGradient, float[] parameterGradient) {
        requireOpen();
        requireOutputCount(outputGradient, "output gradient");
        requireParameterCount(parameterGradient, "parameter gradient");
        if (lastOutput == null) {
            throw new IllegalStateException("backward needs a forward pass before it, one for each backward");
        }
        try (PointerScope scope = new PointerScope()) {
            Tensor gradient = EagerTensors.image(outputGradient, Shape.square(spec.outputSize()));
            clearGradients();
            lastOutput.backward(gradient, new BoolOptional(), false, new TensorArrayRefOptional());
            forgetOutput();
            gradients(parameterGradient);
            clearGradients();
        }
    }

    /** Reads the gradients that the last backward pass left on the parameters. */
    private void gradients(float[] target) {
        List<DecoderLayout.Segment> segments = layout.segments();
        for (int i = 0; i < segments.size(); i++) {
            EagerTensors.read(
                    parameters.get(i).grad(),
                    target,
                    segments.get(i).offset(),
                    segments.get(i).count());
        }
    }

    /** Sets every gradient to none, so that the next backward pass stores instead of accumulating. */
    void clearGradients() {
        for (Tensor parameter : parameters) {
            parameter.mutable_grad().reset();
        }
    }

    @Override
    public float[] runningStatistics() {
        requireOpen();
        float[] statistics = new float[layout.statisticsCount()];
        for (Block block : blocks) {
            if (block.mean() != null) {
                int channels = block.layer().outChannels();
                EagerTensors.read(block.mean(), statistics, block.layer().statistics(), channels);
                EagerTensors.read(block.var(), statistics, block.layer().statistics() + channels, channels);
            }
        }
        return statistics;
    }

    /** The network's output without recording it: {@code outputSize^2} amplitudes, in the caller's pointer scope. */
    Tensor frozen() {
        try (NoGradGuard guard = new NoGradGuard()) {
            return forward();
        }
    }

    private void forgetOutput() {
        if (lastOutput != null) {
            lastOutput.close();
            lastOutput = null;
        }
    }

    private void requireOpen() {
        if (!open) {
            throw new IllegalStateException("the decoder is closed");
        }
    }

    private void requireParameterCount(float[] values, String what) {
        if (values.length != layout.parameterCount()) {
            throw new IllegalArgumentException(
                    "the decoder has " + layout.parameterCount() + " parameters, got " + values.length + " " + what);
        }
    }

    private void requireOutputCount(float[] values, String what) {
        int count = spec.outputSize() * spec.outputSize();
        if (values.length != count) {
            throw new IllegalArgumentException(
                    "the decoder's output has " + count + " pixels, got " + values.length + " for the " + what);
        }
    }

    @Override
    public void close() {
        if (!open) {
            return;
        }
        open = false;
        forgetOutput();
        parameters.forEach(Tensor::close);
        for (Block block : blocks) {
            if (block.mean() != null) {
                block.mean().close();
                block.var().close();
            }
        }
    }
}
