// SPDX-License-Identifier: Apache-2.0
package fizeau.bench.pinn;

import fizeau.bench.pinn.PinnOutcome.Checkpoint;
import java.util.ArrayList;
import java.util.List;

/**
 * Whether two variants that train the same network from the same weights are equally wrong along the way. Rounding grows over
 * a thousand epochs, so that errors may differ by more than the first losses do.
 */
public final class ErrorAgreement {

    /** Largest relative difference of relative L2 errors that rounding explains. */
    public static final double TOLERANCE = 0.05;

    private ErrorAgreement() {}

    /** Largest relative difference over the epochs that both have; infinite where one is no number, null without such. */
    static Double between(List<Checkpoint> reference, List<Checkpoint> own) {
        List<Double> expected = new ArrayList<>();
        List<Double> found = new ArrayList<>();
        for (Checkpoint one : reference) {
            own.stream()
                    .filter(other -> other.epoch() == one.epoch())
                    .findFirst()
                    .ifPresent(other -> {
                        expected.add(one.mean());
                        found.add(other.mean());
                    });
        }
        return expected.isEmpty() ? null : (Double) PinnGateRunner.largestRelative(array(expected), array(found));
    }

    private static double[] array(List<Double> values) {
        return values.stream().mapToDouble(Double::doubleValue).toArray();
    }
}
