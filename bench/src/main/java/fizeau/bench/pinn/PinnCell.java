// SPDX-License-Identifier: Apache-2.0
package fizeau.bench.pinn;

import fizeau.bench.pinn.PinnGateRunner.Line;
import java.util.List;
import java.util.Optional;

/**
 * One equation with one seed: what the correctness gate said and what was measured.
 *
 * @param accuracy of the true solutions, in words
 * @param weights where the initial weights come from, in words
 */
public record PinnCell(
        String equation,
        long seed,
        int points,
        String accuracy,
        String weights,
        List<Line> gate,
        List<PinnResult> results) {

    public PinnCell {
        gate = List.copyOf(gate);
        results = List.copyOf(results);
    }

    public Optional<PinnResult> result(String variant) {
        return results.stream()
                .filter(result -> result.variant().equals(variant) && result.measured())
                .findFirst();
    }
}
