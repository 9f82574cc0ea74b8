// SPDX-License-Identifier: Apache-2.0
package fizeau.bench.im2im;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonProperty;

/**
 * What one timer saw, under the names of the original. Memory is in MiB, that of the process unless it says otherwise; a
 * system that does not tell leaves nulls.
 *
 * @param elapsedSeconds wall time
 * @param memoryDeltaMb resident memory at its end minus that at its begin
 * @param peakMemoryMb highest resident memory while it ran, inner timers included
 * @param deviceMemoryDeltaMb the same of the GPU's memory that the program asked for; left out where there is none
 * @param devicePeakMemoryMb likewise
 */
public record Timing(
        @JsonProperty("elapsed_seconds") double elapsedSeconds,
        @JsonProperty("memory_delta_mb") Double memoryDeltaMb,
        @JsonProperty("peak_memory_mb") Double peakMemoryMb,

        @JsonProperty("device_memory_delta_mb") @JsonInclude(JsonInclude.Include.NON_NULL)
        Double deviceMemoryDeltaMb,

        @JsonProperty("device_peak_memory_mb") @JsonInclude(JsonInclude.Include.NON_NULL)
        Double devicePeakMemoryMb) {

    /** Without a device. */
    public Timing(double elapsedSeconds, Double memoryDeltaMb, Double peakMemoryMb) {
        this(elapsedSeconds, memoryDeltaMb, peakMemoryMb, null, null);
    }
}
