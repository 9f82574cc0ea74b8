// SPDX-License-Identifier: Apache-2.0
package fizeau.bench.operator;

import java.util.List;
import java.util.function.IntFunction;

/** Compares results with samples of the double-precision reference. */
final class ResultCheck {
    /** Of the largest amplitude: single precision through two transforms. */
    private static final double AMPLITUDES = 1e-5;

    /** Of the largest gradient: phases of faint fields are uncertain, and a few of them sum up in every sample. */
    private static final double GRADIENTS = 1e-4;

    private final List<OperatorJob.Check> checks;

    ResultCheck(List<OperatorJob.Check> checks) {
        this.checks = checks;
    }

    double tolerance(Direction direction) {
        return direction == Direction.FORWARD ? AMPLITUDES : GRADIENTS;
    }

    /** Largest deviation over the largest value, of whole results; infinite where one is not a number. */
    double worst(Direction direction, IntFunction<float[]> results) {
        double worst = 0;
        for (OperatorJob.Check check : checks) {
            float[] found = results.apply(check.object());
            List<Double> samples = positions(direction, check).stream()
                    .map(position -> (double) found[position])
                    .toList();
            worst = Math.max(worst, worst(direction, check, samples));
        }
        return worst;
    }

    /** The same of the samples of one check. */
    double worst(Direction direction, OperatorJob.Check check, List<Double> samples) {
        boolean forward = direction == Direction.FORWARD;
        List<Double> expected = forward ? check.amplitudes() : check.gradients();
        double largest = forward ? check.largestAmplitude() : check.largestGradient();
        if (samples.size() != expected.size()) {
            return Double.POSITIVE_INFINITY;
        }
        double worst = 0;
        for (int i = 0; i < expected.size(); i++) {
            double deviation = Math.abs(samples.get(i) - expected.get(i)) / largest;
            worst = Double.isNaN(deviation) ? Double.POSITIVE_INFINITY : Math.max(worst, deviation);
        }
        return worst;
    }

    private static List<Integer> positions(Direction direction, OperatorJob.Check check) {
        return direction == Direction.FORWARD ? check.positions() : check.objectPositions();
    }
}
