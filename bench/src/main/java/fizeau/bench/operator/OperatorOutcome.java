// SPDX-License-Identifier: Apache-2.0
package fizeau.bench.operator;

import fizeau.backend.DeviceRates;
import fizeau.bench.files.Json;
import java.util.List;
import java.util.Locale;

/**
 * What came of a job.
 *
 * @param description device and library
 * @param rows of every case, in both directions
 * @param rates what the device reached by itself; null where it was not asked
 */
public record OperatorOutcome(String description, List<Timing> rows, DeviceRates rates) {

    public OperatorOutcome {
        rows = List.copyOf(rows);
    }

    /**
     * One row.
     *
     * @param millis of one call, the whole batch, sample by sample; empty when {@code reason} says why
     * @param callsPerSample short calls are timed together
     * @param part images that went together
     * @param error largest deviation from the reference over the largest value
     * @param wrong whether the result was, so that there is no time
     * @param reason why there is no time; null when there is one
     */
    public record Timing(
            OperatorSetting.Case of,
            Direction direction,
            List<Double> millis,
            int callsPerSample,
            int part,
            Double error,
            boolean wrong,
            String reason) {

        public Timing {
            millis = List.copyOf(millis);
        }

        static Timing without(OperatorSetting.Case of, Direction direction, String reason) {
            return new Timing(of, direction, List.of(), 1, 1, null, false, reason);
        }

        /** A result beyond its tolerance. */
        static Timing wrong(OperatorSetting.Case of, Direction direction, double error, double tolerance) {
            String reason = String.format(
                    Locale.ROOT,
                    "its result is wrong: it deviates from the double-precision reference by more than %.0e of the largest value",
                    tolerance);
            return new Timing(of, direction, List.of(), 1, 1, Json.finite(error), true, reason);
        }
    }
}
