// SPDX-License-Identifier: Apache-2.0
package fizeau.bench.infer;

import fizeau.bench.ops.Parameter;
import java.util.ArrayList;
import java.util.List;

/** The parameters of a network under way; every one takes the next seed. */
final class ParameterList {
    private final List<Parameter> list = new ArrayList<>();
    private long seed;

    ParameterList(long seed) {
        this.seed = seed;
    }

    /** A place for pictures; which ones is the benchmark's business. */
    ParameterList pictures(int batch, int edge) {
        list.add(Parameter.input("input", seed++, (long) batch, 3L, (long) edge, (long) edge));
        return this;
    }

    ParameterList weight(String name, long fanIn, Long... dims) {
        list.add(Parameter.weight(name, seed++, fanIn, dims));
        return this;
    }

    /** Small values of any shape, such as biases and embeddings. */
    ParameterList small(String name, Long... dims) {
        long count = List.of(dims).stream().reduce(1L, Math::multiplyExact);
        list.add(new Parameter(
                name, List.of(dims), Parameter.shift(name, seed++, count).values()));
        return this;
    }

    ParameterList linear(String name, long in, long out) {
        return weight(name + ".weight", in, out, in).small(name + ".bias", out);
    }

    ParameterList layerNorm(String name, long width) {
        list.add(Parameter.scale(name + ".weight", seed++, width));
        return small(name + ".bias", width);
    }

    ParameterList batchNorm(String name, long width) {
        layerNorm(name, width).small(name + ".running_mean", width);
        list.add(Parameter.scale(name + ".running_var", seed++, width));
        return this;
    }

    List<Parameter> list() {
        return List.copyOf(list);
    }
}
