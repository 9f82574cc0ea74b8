// SPDX-License-Identifier: Apache-2.0
package fizeau.bench.operator;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;

/** Makes the samples that every method's results are compared with, once for all processes. */
final class OperatorChecks {
    private static final int POSITIONS = 64;

    private OperatorChecks() {}

    static List<OperatorJob.Check> of(OperatorSetting setting) {
        List<OperatorJob.Check> checks = new ArrayList<>();
        boolean several = setting.batches().stream().anyMatch(batch -> batch > 1);
        for (int size : setting.sizes()) {
            float[] gradient = OperatorData.amplitudeGradient(setting, size);
            for (String mask : List.of(OperatorSetting.FIRST, OperatorSetting.LAST)) {
                TelescopeReference telescope = new TelescopeReference(setting.mask(size, mask), setting.objectSize());
                for (int object = 0; object < (several ? OperatorData.OBJECTS : 1); object++) {
                    checks.add(check(setting, size, mask, object, telescope, gradient));
                }
            }
        }
        return checks;
    }

    private static OperatorJob.Check check(
            OperatorSetting setting,
            int size,
            String mask,
            int object,
            TelescopeReference telescope,
            float[] amplitudeGradient) {
        TelescopeReference.Result result = telescope.of(OperatorData.object(setting, object), amplitudeGradient);
        List<Integer> positions = positions(size * size);
        List<Integer> objectPositions = positions(setting.objectSize() * setting.objectSize());
        return new OperatorJob.Check(
                size,
                mask,
                object,
                positions,
                at(result.amplitudes(), positions),
                objectPositions,
                at(result.gradient(), objectPositions),
                largest(result.amplitudes()),
                largest(result.gradient()));
    }

    /** The same for the same count, both ends among them. */
    private static List<Integer> positions(int count) {
        Random random = new Random(count);
        List<Integer> positions = new ArrayList<>(List.of(0, count - 1));
        for (int i = positions.size(); i < POSITIONS; i++) {
            positions.add(random.nextInt(count));
        }
        return positions;
    }

    private static List<Double> at(double[] values, List<Integer> positions) {
        return positions.stream().map(position -> values[position]).toList();
    }

    private static double largest(double[] values) {
        return Arrays.stream(values).map(Math::abs).max().orElseThrow();
    }
}
