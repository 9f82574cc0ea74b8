// SPDX-License-Identifier: Apache-2.0
package fizeau.bench.ops;

import fizeau.bench.ops.OperatorShape.Convolution;
import fizeau.bench.ops.OperatorShape.Linear;
import fizeau.bench.ops.OperatorShape.MatMul;
import fizeau.bench.ops.OperatorShape.ResidualBlock;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;

/** A named operator of a shape set, or a named model. */
public record OperatorCase(String name, Computation shape) {
    private static final int TOKENS = 16;

    /** The models, in the order of the original's table. */
    public static List<OperatorCase> models() {
        return List.of(
                new OperatorCase("lstm", new ModelShape.Lstm(100)),
                new OperatorCase("distilbert", new ModelShape.Transformer(TOKENS, 6, 768, 12, 30_522, 512, false)),
                // the original's catalogue maps gpt2 to gpt2-medium
                new OperatorCase("gpt-2", new ModelShape.Transformer(TOKENS, 24, 1024, 16, 50_257, 1024, true)),
                new OperatorCase("convnext", new ModelShape.ConvNext(224)));
    }

    /** The nine operators in the order of the original's tables. */
    public static List<OperatorCase> all(ShapeSet set) {
        return switch (set) {
            case CODE ->
                nine(
                        new Convolution(8, 64, 128, 28, 28),
                        new Convolution(16, 128, 256, 56, 56),
                        new Convolution(32, 256, 512, 112, 112),
                        new Linear(64, 512, 512),
                        new Linear(256, 2048, 2048));
            // the document names channels and features only: 56 x 56 pixels, batches of 8, 64 and 256 are our choice
            case DOC ->
                nine(
                        new Convolution(8, 32, 32, 56, 56),
                        new Convolution(8, 64, 64, 56, 56),
                        new Convolution(8, 128, 128, 56, 56),
                        new Linear(64, 128, 64),
                        new Linear(256, 1024, 512));
        };
    }

    /**
     * Those with the given names, in the order of {@code all}.
     *
     * @throws IllegalArgumentException in one sentence when a name is none
     */
    public static List<OperatorCase> named(List<OperatorCase> all, List<String> names) {
        List<String> wanted = names.stream()
                .map(name -> name.strip().toLowerCase(Locale.ROOT))
                .toList();
        for (String name : wanted) {
            if (all.stream().noneMatch(one -> one.name.equals(name))) {
                throw new IllegalArgumentException(name + " is unknown here: use "
                        + all.stream().map(OperatorCase::name).collect(Collectors.joining(", ")));
            }
        }
        return all.stream().filter(one -> wanted.contains(one.name)).toList();
    }

    /** What is computed on what, so that rows of different inputs are never compared. */
    public String workload(long seed) {
        return ScheduleStore.digest(
                shape.parameters(seed).toString() + shape.getClass().getSimpleName());
    }

    private static List<OperatorCase> nine(
            Convolution small, Convolution medium, Convolution large, Linear smallLinear, Linear largeLinear) {
        return List.of(
                new OperatorCase("matmul_small", new MatMul(256, 256, 256)),
                new OperatorCase("matmul_medium", new MatMul(512, 512, 512)),
                new OperatorCase("matmul_large", new MatMul(1024, 1024, 1024)),
                new OperatorCase("conv2d_small", small),
                new OperatorCase("conv2d_medium", medium),
                new OperatorCase("conv2d_large", large),
                new OperatorCase("resnet_block", new ResidualBlock(32, 64, 56, 56)),
                new OperatorCase("linear_small", smallLinear),
                new OperatorCase("linear_large", largeLinear));
    }
}
