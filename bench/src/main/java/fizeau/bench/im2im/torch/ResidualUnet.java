// SPDX-License-Identifier: Apache-2.0
package fizeau.bench.im2im.torch;

import fizeau.bench.eager.EagerTensors;
import fizeau.unet.UnetLayout;
import fizeau.unet.UnetLayout.Segment;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.TensorOptional;
import org.bytedeco.pytorch.TensorVector;
import org.bytedeco.pytorch.global.torch;
import org.bytedeco.pytorch.global.torch.MemoryFormat;
import org.bytedeco.pytorch.global.torch.ScalarType;

/**
 * The residual U-Net of {@link UnetLayout} as a chain of libtorch operations, as PyTorch programs have it: rectifiers and
 * sums in place, everything else new. Owns its parameters; results belong to the caller's pointer scope.
 */
final class ResidualUnet implements AutoCloseable {
    private static final long[] ONES = {1, 1, 1};
    private static final long[] TWOS = {2, 2, 2};
    private static final long[] ZEROS = {0, 0, 0};

    /**
     * How it computes; all of them compute the same function.
     *
     * @param channelsLast whether activations keep the channels of a voxel together; instance norm is then computed as a
     *     batch norm of each sample
     * @param groupNorm whether instance norm is otherwise computed as a group norm with one channel in each group
     * @param halfPrecision whether convolutions work on bfloat16 copies of weights and activations
     * @param prepacked whether weights are laid out for oneDNN once for each size of input; cannot be trained
     */
    record Form(boolean channelsLast, boolean groupNorm, boolean halfPrecision, boolean prepacked) {}

    /** Of weights that were laid out: which, and for what input. */
    private record PackKey(long weight, List<Long> size) {}

    private record Norm(Tensor gamma, Tensor beta) {}

    /** One level; {@code shortcut} is null where the way past the block changes nothing. */
    private record Block(
            Tensor transposed,
            Tensor first,
            Norm firstNorm,
            Tensor second,
            Norm secondNorm,
            Tensor shortcut,
            Norm shortcutNorm) {}

    private final Form form;
    private final List<Tensor> parameters = new ArrayList<>();
    private final List<Block> down = new ArrayList<>();
    private final List<Block> up = new ArrayList<>();
    private final Tensor last;
    private final Tensor lastBias;
    private final Scalar slope = new Scalar(UnetLayout.SLOPE).retainReference();
    private final Tensor flat;
    private final Map<PackKey, Tensor> packs = new HashMap<>();

    /**
     * @param values in the order of the layout
     * @param oneBuffer whether all parameters share one buffer, see {@link #flat()}
     */
    ResidualUnet(UnetLayout layout, float[] values, Form form, boolean oneBuffer, boolean trained) {
        if (trained && form.prepacked()) {
            throw new IllegalArgumentException("weights that are laid out once cannot be trained: leave prepack out");
        }
        this.form = form;
        try (PointerScope scope = new PointerScope()) {
            flat = oneBuffer ? EagerTensors.keep(torch.empty(values.length)) : null;
            if (oneBuffer) {
                EagerTensors.write(flat, values, 0, values.length);
            }
            for (Segment segment : layout.segments()) {
                Tensor leaf;
                if (oneBuffer) {
                    leaf = flat.narrow(0, segment.offset(), segment.count())
                            .view(segment.shape())
                            .detach();
                } else {
                    leaf = torch.empty(segment.shape());
                    EagerTensors.write(leaf, values, segment.offset(), segment.count());
                }
                leaf = EagerTensors.keep(leaf);
                leaf.set_requires_grad(trained);
                parameters.add(leaf);
            }
        }
        Iterator<Tensor> next = parameters.iterator();
        int before = 1;
        for (int level = 0; level < layout.filters().size(); level++) {
            int width = layout.filters().get(level);
            down.add(block(next, false, level > 0 || before != width));
            before = width;
        }
        for (int level = layout.filters().size() - 2; level >= 0; level--) {
            up.add(block(next, true, false));
        }
        last = next.next();
        lastBias = next.next();
    }

    private static Block block(Iterator<Tensor> next, boolean transposed, boolean shortcut) {
        return new Block(
                transposed ? next.next() : null,
                next.next(),
                new Norm(next.next(), next.next()),
                next.next(),
                new Norm(next.next(), next.next()),
                shortcut ? next.next() : null,
                shortcut ? new Norm(next.next(), next.next()) : null);
    }

    /** The leaf tensors in the order of the layout; owned by the network. */
    List<Tensor> parameters() {
        return List.copyOf(parameters);
    }

    /** The buffer behind all parameters, or null; owned by the network. */
    Tensor flat() {
        return flat;
    }

    /** A copy of all parameters in the order of the layout. */
    float[] values() {
        int count = 0;
        for (Tensor parameter : parameters) {
            count += (int) parameter.numel();
        }
        float[] values = new float[count];
        int at = 0;
        try (PointerScope scope = new PointerScope()) {
            for (Tensor parameter : parameters) {
                int length = (int) parameter.numel();
                EagerTensors.read(parameter.detach(), values, at, length);
                at += length;
            }
        }
        return values;
    }

    /** A batch as the network wants it, {@code [batch, 1, nz, ny, nx]} in single precision. */
    Tensor prepared(Tensor batch) {
        return form.halfPrecision() ? batch.to(ScalarType.BFloat16) : batch;
    }

    /** Logits or values {@code [batch, 1, nz, ny, nx]} in single precision of a prepared batch. */
    Tensor forward(Tensor x) {
        List<Tensor> skips = new ArrayList<>();
        Tensor signal = x;
        for (int level = 0; level < down.size(); level++) {
            signal = residual(down.get(level), signal, level == 0 ? ONES : TWOS);
            skips.add(signal);
        }
        for (int i = 0; i < up.size(); i++) {
            Block block = up.get(i);
            Tensor larger = torch.conv_transpose3d(
                    signal, cast(block.transposed()), new TensorOptional(), TWOS, ZEROS, ZEROS, 1, ONES);
            Tensor both = torch.cat(new TensorVector(larger, skips.get(skips.size() - 2 - i)), 1);
            Tensor first = rectified(normal(convolved(both, block.first(), ONES), block.firstNorm()));
            signal = rectified(normal(convolved(first, block.second(), ONES), block.secondNorm()));
        }
        Tensor out = convolution(signal, last, new TensorOptional(cast(lastBias)), ONES, ZEROS);
        return form.halfPrecision() ? out.to(ScalarType.Float) : out;
    }

    private Tensor residual(Block block, Tensor x, long[] stride) {
        Tensor first = rectified(normal(convolved(x, block.first(), stride), block.firstNorm()));
        Tensor second = normal(convolved(first, block.second(), ONES), block.secondNorm());
        Tensor past = block.shortcut() == null
                ? x
                : normal(convolution(x, block.shortcut(), new TensorOptional(), stride, ZEROS), block.shortcutNorm());
        return rectified(second.add_(past));
    }

    private Tensor convolved(Tensor x, Tensor weight, long[] stride) {
        return convolution(x, weight, new TensorOptional(), stride, ONES);
    }

    private Tensor convolution(Tensor x, Tensor weight, TensorOptional bias, long[] stride, long[] padding) {
        Tensor result = form.prepacked()
                ? torch.mkldnn_convolution(x, packed(x, weight, stride, padding), bias, padding, stride, ONES, 1)
                : torch.conv3d(x, cast(weight), bias, stride, padding, ONES, 1);
        return laidOut(result);
    }

    /** With one channel, both layouts look alike, and the plain one comes out. */
    private Tensor laidOut(Tensor x) {
        return form.channelsLast() ? x.contiguous(MemoryFormat.ChannelsLast3d) : x;
    }

    private Tensor packed(Tensor x, Tensor weight, long[] stride, long[] padding) {
        long[] size = {x.size(0), x.size(1), x.size(2), x.size(3), x.size(4)};
        PackKey key = new PackKey(weight.address(), Arrays.stream(size).boxed().toList());
        return packs.computeIfAbsent(
                key,
                absent -> EagerTensors.keep(
                        torch.mkldnn_reorder_conv3d_weight(cast(weight).to_mkldnn(), padding, stride, ONES, 1, size)));
    }

    private Tensor cast(Tensor weight) {
        return form.halfPrecision() ? weight.to(ScalarType.BFloat16) : weight;
    }

    private Tensor normal(Tensor x, Norm norm) {
        TensorOptional gamma = new TensorOptional(norm.gamma());
        TensorOptional beta = new TensorOptional(norm.beta());
        TensorOptional none = new TensorOptional();
        if (form.channelsLast()) {
            // of libtorch's norms only the batch norm has quick kernels for this layout: sample by sample, it is the
            // same
            TensorVector samples = x.split(1, 0);
            TensorVector normal = new TensorVector();
            for (long sample = 0; sample < samples.size(); sample++) {
                normal.push_back(torch.batch_norm(
                        samples.get(sample), gamma, beta, none, none, true, 0, UnetLayout.NORM_EPSILON, false));
            }
            return normal.size() == 1 ? normal.get(0) : torch.cat(normal, 0);
        }
        return form.groupNorm()
                ? torch.group_norm(x, x.size(1), gamma, beta, UnetLayout.NORM_EPSILON, false)
                : torch.instance_norm(x, gamma, beta, none, none, true, 0, UnetLayout.NORM_EPSILON, false);
    }

    private Tensor rectified(Tensor x) {
        return torch.leaky_relu_(x, slope);
    }

    @Override
    public void close() {
        packs.values().forEach(Tensor::close);
        packs.clear();
        parameters.forEach(Tensor::close);
        parameters.clear();
        slope.close();
        if (flat != null) {
            flat.close();
        }
    }
}
