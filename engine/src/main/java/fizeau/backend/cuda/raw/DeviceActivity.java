// SPDX-License-Identifier: Apache-2.0
package fizeau.backend.cuda.raw;

/**
 * Something that a device did, as CUPTI recorded it.
 *
 * @param kind what it was
 * @param name of the kernel, or what was copied where
 * @param stream number of the stream, as CUPTI counts them
 * @param graph number of the graph it belonged to; 0 outside graphs
 * @param correlation number of the call that asked for it
 * @param startNanos on the clock of {@link System#nanoTime}
 * @param endNanos on the same
 * @param bytes copied or filled; 0 for a kernel
 */
public record DeviceActivity(
        Kind kind, String name, int stream, int graph, int correlation, long startNanos, long endNanos, long bytes) {

    public enum Kind {
        KERNEL,
        COPY,
        FILL
    }

    public long nanos() {
        return endNanos - startNanos;
    }
}
