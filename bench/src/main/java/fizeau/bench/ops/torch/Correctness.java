// SPDX-License-Identifier: Apache-2.0
package fizeau.bench.ops.torch;

import fizeau.bench.ops.Agreement;
import fizeau.bench.ops.Computation;
import fizeau.bench.ops.OperatorShape;
import fizeau.bench.ops.Reference;
import java.nio.FloatBuffer;
import java.util.List;
import java.util.stream.LongStream;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;

/** Compares outputs with a double-precision reference that was computed once. */
final class Correctness {
    private final Reference reference;
    private final long[] positions;

    private Correctness(Reference reference) {
        this.reference = reference;
        this.positions = reference.positions();
    }

    /** With a reference that another process computed. */
    static Correctness given(Reference reference) {
        return new Correctness(reference);
    }

    /** Operators by the textbook formula, models by libtorch in double precision. */
    static Correctness of(Computation computation, long seed, Tensors parameters) {
        if (computation instanceof OperatorShape shape) {
            return new Correctness(Reference.of(shape, seed));
        }
        try (DoubleModel model = new DoubleModel(computation, parameters)) {
            long outputs = computation.outputCount();
            int count = Reference.MOST_POSITIONS;
            List<Double> values = LongStream.of(Reference.positions(outputs, count))
                    .mapToObj(model::at)
                    .toList();
            return new Correctness(new Reference("libtorch in double precision", outputs, count, values));
        }
    }

    Reference reference() {
        return reference;
    }

    Agreement check(Tensor output) {
        FloatBuffer values = Tensors.buffer(output);
        double[] computed = LongStream.of(positions)
                .mapToDouble(position -> values.get(Math.toIntExact(position)))
                .toArray();
        return reference.agreement(computed);
    }

    /** Largest difference at all positions, in units of the largest value of {@code checked}. */
    static double everywhere(Tensor output, Tensor checked) {
        try (PointerScope scope = new PointerScope()) {
            double difference = torch.max(torch.sub(output, checked).abs_()).item_float();
            return difference / torch.max(torch.abs(checked)).item_float();
        }
    }
}
