// SPDX-License-Identifier: Apache-2.0
package fizeau.bench.ops;

import java.util.ArrayList;
import java.util.List;

/**
 * The four models of the original's later code, layer by layer, with seeded weights instead of downloaded ones. Inputs:
 * one sequence or one picture, as it timed them.
 */
public sealed interface ModelShape extends Computation {

    /** Number of weights; what PyTorch's own module of that name has. */
    default long weightCount() {
        return parameters(0).stream().skip(inputs()).mapToLong(Parameter::count).sum();
    }

    /** How many of the first parameters are no weights. */
    int inputs();

    /**
     * Encoder 512 to 768 and decoder 768 to 768, two layers of LSTM each, projection to 512.
     *
     * @param steps length of the sequence
     */
    record Lstm(int steps) implements ModelShape {
        private static final int IN = 512;
        private static final int HIDDEN = 768;
        private static final int LAYERS = 2;

        @Override
        public int inputs() {
            return 2;
        }

        @Override
        public List<Parameter> parameters(long seed) {
            Parameters p = new Parameters(seed);
            p.input("x", 1, steps, IN);
            p.zeros("state", LAYERS, 1, HIDDEN);
            for (int in : new int[] {IN, HIDDEN, HIDDEN, HIDDEN}) {
                p.weight("input", in, 4 * HIDDEN, in).weight("recurrent", HIDDEN, 4 * HIDDEN, HIDDEN);
                p.shift("input_bias", 4 * HIDDEN).shift("recurrent_bias", 4 * HIDDEN);
            }
            p.weight("projection", HIDDEN, IN, HIDDEN).shift("projection_bias", IN);
            return p.list();
        }

        @Override
        public List<Long> outputDims() {
            return List.of(1L, (long) steps, (long) IN);
        }

        @Override
        public double gigaflop() {
            double perStep = 4.0 * HIDDEN * (IN + 3 * HIDDEN + 4 * HIDDEN) + (double) HIDDEN * IN;
            return 2e-9 * steps * perStep;
        }

        @Override
        public <V> V forward(Algebra<V> a, List<V> p) {
            int perStack = 4 * LAYERS;
            V encoded = a.lstm(p.get(0), p.get(1), p.subList(2, 2 + perStack), LAYERS);
            V decoded = a.lstm(encoded, p.get(1), p.subList(2 + perStack, 2 + 2 * perStack), LAYERS);
            return a.linear(decoded, p.get(2 + 2 * perStack), p.get(3 + 2 * perStack));
        }
    }

    /**
     * A transformer over token positions: DistilBERT-base (norm behind each part, bidirectional) or GPT-2 (norm before each
     * part, causal, one more norm at the end); hidden states are the output.
     */
    record Transformer(int tokens, int layers, int width, int heads, int vocabulary, int longest, boolean generative)
            implements ModelShape {

        @Override
        public int inputs() {
            return 2;
        }

        @Override
        public List<Parameter> parameters(long seed) {
            Parameters p = new Parameters(seed);
            p.positions("tokens", vocabulary, tokens);
            p.counting("places", tokens);
            p.table("token_table", vocabulary, width).table("place_table", longest, width);
            p.norm("norm", width); // behind the embeddings, or at the end
            for (int layer = 0; layer < layers; layer++) {
                p.norm("norm1", width);
                p.weight("query_key_value", width, 3 * width, width).shift("query_key_value_bias", 3 * width);
                p.weight("out", width, width, width).shift("out_bias", width);
                p.norm("norm2", width);
                p.weight("up", width, 4 * width, width).shift("up_bias", 4 * width);
                p.weight("down", 4 * width, width, 4 * width).shift("down_bias", width);
            }
            return p.list();
        }

        @Override
        public List<Long> outputDims() {
            return List.of(1L, (long) tokens, (long) width);
        }

        @Override
        public double gigaflop() {
            return 2e-9 * layers * tokens * (12.0 * width * width + 2.0 * tokens * width);
        }

        @Override
        public <V> V forward(Algebra<V> a, List<V> p) {
            double epsilon = generative ? 1e-5 : 1e-12;
            V x = a.add(a.embedding(p.get(2), p.get(0)), a.embedding(p.get(3), p.get(1)));
            x = a.reshape(x, 1, tokens, width);
            if (!generative) {
                x = a.layerNorm(x, width, p.get(4), p.get(5), epsilon);
            }
            for (int layer = 0; layer < layers; layer++) {
                List<V> w = p.subList(6 + 12 * layer, 18 + 12 * layer);
                V in = generative ? a.layerNorm(x, width, w.get(0), w.get(1), epsilon) : x;
                x = a.add(x, attend(a, in, w));
                if (!generative) {
                    x = a.layerNorm(x, width, w.get(0), w.get(1), epsilon);
                }
                in = generative ? a.layerNorm(x, width, w.get(6), w.get(7), epsilon) : x;
                V wide = a.gelu(a.linear(in, w.get(8), w.get(9)), generative);
                x = a.add(x, a.linear(wide, w.get(10), w.get(11)));
                if (!generative) {
                    x = a.layerNorm(x, width, w.get(6), w.get(7), epsilon);
                }
            }
            return generative ? a.layerNorm(x, width, p.get(4), p.get(5), epsilon) : x;
        }

        private <V> V attend(Algebra<V> a, V x, List<V> w) {
            V all = a.linear(x, w.get(2), w.get(3));
            List<V> parts = new ArrayList<>();
            for (int part = 0; part < 3; part++) {
                V one = a.slice(all, 2, (long) part * width, (part + 1L) * width);
                parts.add(a.permute(a.reshape(one, 1, tokens, heads, width / heads), 0, 2, 1, 3));
            }
            V mixed = a.attention(parts.get(0), parts.get(1), parts.get(2), generative);
            V joined = a.reshape(a.permute(mixed, 0, 2, 1, 3), 1, tokens, width);
            return a.linear(joined, w.get(4), w.get(5));
        }
    }

    /** ConvNeXt-Tiny (Liu et al. 2022) on one picture of {@code edge x edge} pixels in three colours. */
    record ConvNext(int edge) implements ModelShape {
        private static final int[] DEPTHS = {3, 3, 9, 3};
        private static final int[] WIDTHS = {96, 192, 384, 768};
        private static final int CLASSES = 1000;
        private static final double EPSILON = 1e-6;

        @Override
        public int inputs() {
            return 1;
        }

        @Override
        public List<Parameter> parameters(long seed) {
            Parameters p = new Parameters(seed);
            p.input("x", 1, 3, edge, edge);
            p.weight("stem", 48, WIDTHS[0], 3, 4, 4)
                    .shift("stem_bias", WIDTHS[0])
                    .norm("stem_norm", WIDTHS[0]);
            for (int stage = 0; stage < DEPTHS.length; stage++) {
                int width = WIDTHS[stage];
                if (stage > 0) {
                    int before = WIDTHS[stage - 1];
                    p.norm("down_norm", before).weight("down", 4 * before, width, before, 2, 2);
                    p.shift("down_bias", width);
                }
                for (int block = 0; block < DEPTHS[stage]; block++) {
                    p.weight("depthwise", 49, width, 1, 7, 7).shift("depthwise_bias", width);
                    p.norm("norm", width);
                    p.weight("up", width, 4 * width, width).shift("up_bias", 4 * width);
                    p.weight("down", 4 * width, width, 4 * width).shift("down_bias", width);
                    p.shift("layer_scale", width);
                }
            }
            int last = WIDTHS[WIDTHS.length - 1];
            p.norm("head_norm", last).weight("head", last, CLASSES, last).shift("head_bias", CLASSES);
            return p.list();
        }

        @Override
        public List<Long> outputDims() {
            return List.of(1L, (long) CLASSES);
        }

        @Override
        public double gigaflop() {
            double sum = 0;
            double pixels = Math.pow(edge / 4.0, 2);
            sum += pixels * 48 * WIDTHS[0];
            for (int stage = 0; stage < DEPTHS.length; stage++) {
                double width = WIDTHS[stage];
                if (stage > 0) {
                    pixels /= 4;
                    sum += pixels * 4 * WIDTHS[stage - 1] * width;
                }
                sum += DEPTHS[stage] * pixels * width * (49 + 8 * width);
            }
            return 2e-9 * (sum + 768.0 * CLASSES);
        }

        @Override
        public <V> V forward(Algebra<V> a, List<V> p) {
            int at = 5;
            V x = normPixels(a, a.convolution(p.get(0), p.get(1), p.get(2), 4, 0, 1), WIDTHS[0], p.get(3), p.get(4));
            for (int stage = 0; stage < DEPTHS.length; stage++) {
                int width = WIDTHS[stage];
                if (stage > 0) {
                    V normal = normPixels(a, x, WIDTHS[stage - 1], p.get(at), p.get(at + 1));
                    x = a.convolution(normal, p.get(at + 2), p.get(at + 3), 2, 0, 1);
                    at += 4;
                }
                for (int block = 0; block < DEPTHS[stage]; block++) {
                    x = a.add(x, block(a, x, width, p.subList(at, at + 9)));
                    at += 9;
                }
            }
            int last = WIDTHS[WIDTHS.length - 1];
            V pooled = normPixels(a, a.meanOfPixels(x), last, p.get(at), p.get(at + 1));
            return a.linear(a.reshape(pooled, 1, last), p.get(at + 2), p.get(at + 3));
        }

        private static <V> V block(Algebra<V> a, V x, int width, List<V> w) {
            V spread = a.permute(a.convolution(x, w.get(0), w.get(1), 1, 3, width), 0, 2, 3, 1);
            V normal = a.layerNorm(spread, width, w.get(2), w.get(3), EPSILON);
            V wide = a.gelu(a.linear(normal, w.get(4), w.get(5)), false);
            V scaled = a.multiply(a.linear(wide, w.get(6), w.get(7)), w.get(8));
            return a.permute(scaled, 0, 3, 1, 2);
        }

        private static <V> V normPixels(Algebra<V> a, V x, int width, V gamma, V beta) {
            return a.permute(a.layerNorm(a.permute(x, 0, 2, 3, 1), width, gamma, beta, EPSILON), 0, 3, 1, 2);
        }
    }

    /** A list of parameters under way; every one takes the next seed. */
    final class Parameters {
        private final List<Parameter> list = new ArrayList<>();
        private long seed;

        private Parameters(long seed) {
            this.seed = seed;
        }

        private static Long[] boxed(long... dims) {
            Long[] boxed = new Long[dims.length];
            for (int i = 0; i < dims.length; i++) {
                boxed[i] = dims[i];
            }
            return boxed;
        }

        Parameters input(String name, long... dims) {
            list.add(Parameter.input(name, seed++, boxed(dims)));
            return this;
        }

        Parameters weight(String name, long fanIn, long... dims) {
            list.add(Parameter.weight(name, seed++, fanIn, boxed(dims)));
            return this;
        }

        Parameters shift(String name, long count) {
            list.add(Parameter.shift(name, seed++, count));
            return this;
        }

        Parameters norm(String name, long count) {
            list.add(Parameter.scale(name + "_gamma", seed++, count));
            list.add(Parameter.shift(name + "_beta", seed++, count));
            return this;
        }

        Parameters table(String name, long rows, long width) {
            list.add(Parameter.input(name, seed++, rows, width));
            return this;
        }

        Parameters zeros(String name, long... dims) {
            list.add(new Parameter(name, List.of(boxed(dims)), new SeededValues(0, 0, 0)));
            return this;
        }

        /** Numbers from 0 to below {@code limit}; what stands behind their decimal point is ignored. */
        Parameters positions(String name, long limit, long count) {
            double half = (limit - 1) / 2.0;
            list.add(new Parameter(name, List.of(count), new SeededValues(seed++, half, half)));
            return this;
        }

        /** 0, 1, 2 and so on. */
        Parameters counting(String name, long count) {
            list.add(new Parameter(name, List.of(count), SeededValues.COUNTING));
            return this;
        }

        List<Parameter> list() {
            return List.copyOf(list);
        }
    }
}
