// SPDX-License-Identifier: Apache-2.0
package fizeau.bench.im2im;

import com.fasterxml.jackson.annotation.JsonProperty;

/**
 * What one timer saw, under the names of the original. Memory is that of the process, in MiB; a system that does not tell
 * leaves nulls.
 *
 * @param elapsedSeconds wall time
 * @param memoryDeltaMb resident memory at its end minus that at its begin
 * @param peakMemoryMb highest resident memory while it ran, inner timers included
 */
public record Timing(
        @JsonProperty("elapsed_seconds") double elapsedSeconds,
        @JsonProperty("memory_delta_mb") Double memoryDeltaMb,
        @JsonProperty("peak_memory_mb") Double peakMemoryMb) {}
