// SPDX-License-Identifier: Apache-2.0
package fizeau.bench.infer;

import fizeau.bench.ops.Algebra;
import fizeau.bench.ops.Parameter;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;

/**
 * A transformer over patches of the picture and one more token, which becomes the answer (Dosovitskiy et al. 2020), as
 * torchvision builds it: norms before each part, exact GELU.
 *
 * @param patch rows, and columns, of a patch
 * @param hidden width within the perceptrons
 */
public record VisionTransformer(
        int batch, int edge, int patch, int layers, int width, int heads, int hidden, int classes) implements Network {
    private static final double EPSILON = 1e-6;

    public VisionTransformer {
        if (edge % patch != 0 || width % heads != 0) {
            throw new IllegalArgumentException("a transformer for pictures of " + edge + " pixels in patches of "
                    + patch + " with a width of " + width + " for " + heads + " heads: both must divide without rest");
        }
    }

    /** 86,567,656 weights on pictures of 224 x 224 pixels. */
    public static VisionTransformer vitB16(int batch) {
        return new VisionTransformer(batch, 224, 16, 12, 768, 12, 3072, 1000);
    }

    @Override
    public VisionTransformer withBatch(int other) {
        return new VisionTransformer(other, edge, patch, layers, width, heads, hidden, classes);
    }

    @Override
    public String kind() {
        return "vit";
    }

    @Override
    public List<Parameter> parameters(long seed) {
        ParameterList p = new ParameterList(seed).pictures(batch, edge);
        long w = width;
        p.small("class_token", 1L, 1L, w);
        p.weight("conv_proj.weight", 3L * patch * patch, w, 3L, (long) patch, (long) patch)
                .small("conv_proj.bias", w);
        p.small("encoder.pos_embedding", 1L, tokens(), w);
        for (int layer = 0; layer < layers; layer++) {
            String name = "encoder.layers.encoder_layer_" + layer + ".";
            p.layerNorm(name + "ln_1", w);
            p.weight(name + "self_attention.in_proj_weight", w, 3 * w, w);
            p.small(name + "self_attention.in_proj_bias", 3 * w);
            p.linear(name + "self_attention.out_proj", w, w);
            p.layerNorm(name + "ln_2", w);
            p.linear(name + "mlp.0", w, hidden).linear(name + "mlp.3", hidden, w);
        }
        return p.layerNorm("encoder.ln", w).linear("heads.head", w, classes).list();
    }

    @Override
    public <V> V forward(Algebra<V> a, List<V> parameters) {
        Iterator<V> p = parameters.iterator();
        V pictures = p.next();
        V answer = a.expand(p.next(), batch, 1, width);
        V patches = a.convolution(pictures, p.next(), p.next(), patch, 0, 1);
        patches = a.permute(a.reshape(patches, batch, width, tokens() - 1), 0, 2, 1);
        V x = a.add(a.concatenate(List.of(answer, patches), 1), p.next());
        for (int layer = 0; layer < layers; layer++) {
            V mixed = attention(a, a.layerNorm(x, width, p.next(), p.next(), EPSILON), p);
            x = a.add(x, mixed);
            V normal = a.layerNorm(x, width, p.next(), p.next(), EPSILON);
            V wide = a.gelu(a.linear(normal, p.next(), p.next()), false);
            x = a.add(x, a.linear(wide, p.next(), p.next()));
        }
        x = a.layerNorm(x, width, p.next(), p.next(), EPSILON);
        return a.linear(a.reshape(a.slice(x, 1, 0, 1), batch, width), p.next(), p.next());
    }

    private <V> V attention(Algebra<V> a, V x, Iterator<V> p) {
        V all = a.linear(x, p.next(), p.next());
        List<V> parts = new ArrayList<>();
        for (int part = 0; part < 3; part++) {
            V one = a.slice(all, 2, (long) part * width, (part + 1L) * width);
            parts.add(a.permute(a.reshape(one, batch, tokens(), heads, width / heads), 0, 2, 1, 3));
        }
        V mixed = a.attention(parts.get(0), parts.get(1), parts.get(2), false);
        V joined = a.reshape(a.permute(mixed, 0, 2, 1, 3), batch, tokens(), width);
        return a.linear(joined, p.next(), p.next());
    }

    @Override
    public double gigaflop() {
        double tokens = tokens();
        double perLayer = tokens * (4.0 * width * width + 2.0 * width * hidden) + 2 * tokens * tokens * width;
        double sum = (tokens - 1) * 3 * patch * patch * width + layers * perLayer + (double) width * classes;
        return 2e-9 * batch * sum;
    }

    /** Beside the sum so far: the perceptron before and behind its GELU, or attention with its three operands. */
    @Override
    public long activationCount() {
        return batch * (inputCount() + tokens() * (width + Math.max(2L * hidden, 4L * width)));
    }

    /** Patches and the answer. */
    private long tokens() {
        return (long) (edge / patch) * (edge / patch) + 1;
    }
}
