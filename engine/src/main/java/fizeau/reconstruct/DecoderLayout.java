// SPDX-License-Identifier: Apache-2.0
package fizeau.reconstruct;

import java.util.ArrayList;
import java.util.List;

/**
 * Where each layer of a decoder keeps its parameters in one flat buffer: the latent vector first, then, layer by layer,
 * weight, bias (where there is one), batch-norm weight and batch-norm bias. This is the order of the reference
 * implementation's parameter list.
 */
public final class DecoderLayout {

    /** How a layer moves between resolutions. */
    public enum Kind {
        /** Transposed convolution 4 x 4, stride 1, no padding: one pixel to 4 x 4. Weight [in, out, 4, 4]. */
        FIRST,
        /** Transposed convolution 4 x 4, stride 2, padding 1: doubles the edge. Weight [in, out, 4, 4]. */
        UPSAMPLING,
        /** Convolution (correlation) 3 x 3, padding 1. Weight [out, in, 3, 3]. */
        REFINEMENT,
        /** Convolution 3 x 3 without padding, with bias, to one channel. Weight [1, in, 3, 3]. */
        LAST
    }

    /**
     * One layer.
     *
     * @param weight offset of the weight
     * @param bias offset of the convolution's bias, or -1
     * @param gamma offset of the batch-norm weight, or -1
     * @param beta offset of the batch-norm bias, or -1
     * @param statistics offset of the running mean in the statistics buffer (the running variance follows it), or -1
     */
    public record Layer(
            Kind kind,
            int inChannels,
            int outChannels,
            int inEdge,
            int outEdge,
            int weight,
            int bias,
            int gamma,
            int beta,
            int statistics,
            boolean relu) {

        /** Edge of the kernel. */
        public int kernel() {
            return kind == Kind.FIRST || kind == Kind.UPSAMPLING ? 4 : 3;
        }

        public int weightCount() {
            return inChannels * outChannels * kernel() * kernel();
        }

        /** What the default initialisation divides by: the second extent of the weight times the kernel's area. */
        public int fanIn() {
            int second = kind == Kind.FIRST || kind == Kind.UPSAMPLING ? outChannels : inChannels;
            return second * kernel() * kernel();
        }
    }

    /** A named run of parameters, named as the reference implementation does. */
    public record Segment(String name, int offset, int count) {}

    private final DecoderSpec spec;
    private final List<Layer> layers;
    private final List<Segment> segments;
    private final int parameterCount;
    private final int statisticsCount;

    private DecoderLayout(
            DecoderSpec spec, List<Layer> layers, List<Segment> segments, int parameterCount, int statisticsCount) {
        this.spec = spec;
        this.layers = List.copyOf(layers);
        this.segments = List.copyOf(segments);
        this.parameterCount = parameterCount;
        this.statisticsCount = statisticsCount;
    }

    public static DecoderLayout of(DecoderSpec spec) {
        return new Builder(spec).build();
    }

    public DecoderSpec spec() {
        return spec;
    }

    public List<Layer> layers() {
        return layers;
    }

    public List<Segment> segments() {
        return segments;
    }

    /** Number of floats in the parameter buffer, the latent included. */
    public int parameterCount() {
        return parameterCount;
    }

    /** Number of floats in the buffer of running means and variances. */
    public int statisticsCount() {
        return statisticsCount;
    }

    private static final class Builder {
        private final DecoderSpec spec;
        private final List<Layer> layers = new ArrayList<>();
        private final List<Segment> segments = new ArrayList<>();
        private int offset;
        private int statistics;
        private int module;

        Builder(DecoderSpec spec) {
            this.spec = spec;
        }

        DecoderLayout build() {
            take("input_vec", spec.inputSize());
            int channels = spec.inputSize() / 2;
            int edge = 4;
            add(Kind.FIRST, spec.inputSize(), channels, 1, edge);
            for (int i = 0; i < spec.upsamplingLayers(); i++) {
                add(Kind.UPSAMPLING, channels, channels / 2, edge, 2 * edge);
                channels /= 2;
                edge *= 2;
            }
            while (channels / 2 > 1) {
                add(Kind.REFINEMENT, channels, channels / 2, edge, edge);
                channels /= 2;
            }
            add(Kind.LAST, channels, 1, edge, edge - 2);
            return new DecoderLayout(spec, layers, segments, offset, statistics);
        }

        private void add(Kind kind, int in, int out, int inEdge, int outEdge) {
            boolean normalised = spec.batchNorm() && kind != Kind.LAST;
            boolean relu = kind != Kind.LAST && (spec.batchNorm() || kind != Kind.REFINEMENT);
            int kernel = kind == Kind.FIRST || kind == Kind.UPSAMPLING ? 4 : 3;
            String name = "decoder." + module++;
            int weight = take(name + ".weight", in * out * kernel * kernel);
            int bias = normalised ? -1 : take(name + ".bias", out);
            int gamma = -1;
            int beta = -1;
            int running = -1;
            if (normalised) {
                String norm = "decoder." + module++ + ".main";
                gamma = take(norm + ".weight", out);
                beta = take(norm + ".bias", out);
                running = statistics;
                statistics += 2 * out;
            }
            if (relu) {
                module++;
            }
            layers.add(new Layer(kind, in, out, inEdge, outEdge, weight, bias, gamma, beta, running, relu));
        }

        private int take(String name, int count) {
            int at = offset;
            segments.add(new Segment(name, at, count));
            offset += count;
            return at;
        }
    }
}
