// SPDX-License-Identifier: Apache-2.0
package fizeau.bench.operator;

import fizeau.backend.DeviceRates;
import java.util.List;

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
     * @param reason why there is no time; null when there is one
     */
    public record Timing(
            OperatorSetting.Case of,
            Direction direction,
            List<Double> millis,
            int callsPerSample,
            int part,
            Double error,
            String reason) {

        public Timing {
            millis = List.copyOf(millis);
        }

        static Timing without(OperatorSetting.Case of, Direction direction, String reason) {
            return new Timing(of, direction, List.of(), 1, 1, null, reason);
        }
    }
}
