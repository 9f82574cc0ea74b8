// SPDX-License-Identifier: Apache-2.0
package fizeau.bench.pinn.checkpoint;

import java.util.List;

/**
 * A tensor as it was stored.
 *
 * @param shape sizes, outermost first
 * @param values row-major, whatever the strides in the file
 */
public record StoredTensor(List<Integer> shape, float[] values) {

    public StoredTensor {
        shape = List.copyOf(shape);
    }
}
