// SPDX-License-Identifier: Apache-2.0
package fizeau.bench.infer;

import fizeau.bench.ops.Computation;
import fizeau.bench.ops.Parameter;
import java.util.List;

/**
 * An image classifier, written layer by layer. Its input is {@code [batch][3][edge][edge]}, its output one score for each
 * class. Parameters carry the names of torchvision's modules, so that the same file of weights fits those.
 */
public sealed interface Network extends Computation permits ResNet, VisionTransformer {

    /** Pictures at once. */
    int batch();

    /** Rows, and columns, of a picture. */
    int edge();

    int classes();

    /** The same network for another number of pictures. */
    Network withBatch(int batch);

    /** Which of the peers' builders makes it. */
    String kind();

    /** Values of a picture. */
    default long inputCount() {
        return 3L * edge() * edge();
    }

    /** Values that training would change: kept statistics of normalisations are none. */
    default long weightCount() {
        return weights(0).stream()
                .filter(weight -> !weight.name().contains("running_"))
                .mapToLong(Parameter::count)
                .sum();
    }

    /** All parameters but the input. */
    default List<Parameter> weights(long seed) {
        List<Parameter> all = parameters(seed);
        return all.subList(1, all.size());
    }

    /**
     * Pictures and values between layers that are held at once at the peak, operation by operation: each until its last use,
     * sums and rectifiers in place.
     */
    long activationCount();

    @Override
    default List<Long> outputDims() {
        return List.of((long) batch(), (long) classes());
    }
}
