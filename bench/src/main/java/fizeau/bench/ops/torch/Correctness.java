// SPDX-License-Identifier: Apache-2.0
package fizeau.bench.ops.torch;

import fizeau.bench.ops.Agreement;
import fizeau.bench.ops.Computation;
import fizeau.bench.ops.DoubleReference;
import fizeau.bench.ops.OperatorShape;
import java.nio.FloatBuffer;
import java.util.function.LongToDoubleFunction;
import java.util.stream.LongStream;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;

/** Compares outputs with a double-precision reference that was computed once. */
final class Correctness {
    private static final int MOST_POSITIONS = 2048;
    private static final int FEWEST_POSITIONS = 128;

    /** Products that the textbook formula may take for one check: about half a second. */
    private static final double PRODUCTS = 4e7;

    private final String reference;
    private final long outputs;
    private final long[] positions;
    private final double[] expected;
    private final double largest;

    private Correctness(String reference, long outputs, long[] positions, LongToDoubleFunction values) {
        this.reference = reference;
        this.outputs = outputs;
        this.positions = positions;
        this.expected = LongStream.of(positions).mapToDouble(values).toArray();
        double most = 0;
        for (double value : expected) {
            most = Math.max(most, Math.abs(value));
        }
        this.largest = most;
    }

    /** Operators by the textbook formula at some positions, models by libtorch in double precision at all. */
    static Correctness of(Computation computation, long seed, Tensors parameters) {
        if (computation instanceof OperatorShape shape) {
            double perOutput = shape.gigaflop() * 0.5e9 / shape.outputCount();
            if (shape instanceof OperatorShape.ResidualBlock) {
                perOutput *= perOutput / 4; // every tap of the second convolution needs a whole first one
            }
            int count = (int) Math.max(FEWEST_POSITIONS, Math.min(MOST_POSITIONS, PRODUCTS / perOutput));
            return new Correctness(
                    "the textbook formula in double precision",
                    shape.outputCount(),
                    DoubleReference.positions(shape, count),
                    new DoubleReference(shape, seed)::at);
        }
        try (DoubleModel model = new DoubleModel(computation, parameters)) {
            return new Correctness(
                    "libtorch in double precision",
                    computation.outputCount(),
                    LongStream.range(0, computation.outputCount()).toArray(),
                    model::at);
        }
    }

    Agreement check(Tensor output) {
        FloatBuffer values = Tensors.buffer(output);
        double worst = 0;
        for (int i = 0; i < positions.length; i++) {
            double difference = Math.abs(values.get(Math.toIntExact(positions[i])) - expected[i]);
            worst = Double.isNaN(difference) ? Double.POSITIVE_INFINITY : Math.max(worst, difference);
        }
        return new Agreement(reference, positions.length, outputs, worst, largest, Agreement.TOLERANCE);
    }

    /** Largest difference at all positions, in units of the largest value of {@code checked}. */
    static double everywhere(Tensor output, Tensor checked) {
        try (PointerScope scope = new PointerScope()) {
            double difference = torch.max(torch.abs(torch.sub(output, checked))).item_float();
            return difference / torch.max(torch.abs(checked)).item_float();
        }
    }
}
