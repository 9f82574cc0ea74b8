// SPDX-License-Identifier: Apache-2.0
package fizeau.bench.infer;

import fizeau.bench.environment.SystemMemory;
import java.util.Locale;
import java.util.OptionalLong;

/** Asks for memory before it is taken: the system would end the process, or swap, long after it is clear that it lacks. */
public final class Room {

    private Room() {}

    /**
     * Does nothing where the system does not say what is free.
     *
     * @param bytes that a batch is sure to take
     * @throws OutOfMemoryError in one sentence when fewer are free
     */
    public static void require(long batch, double bytes) {
        OptionalLong available = SystemMemory.availableMemoryBytes();
        if (available.isPresent()) {
            require(batch, bytes, available.getAsLong());
        }
    }

    /** The same where it is known what is free. */
    public static void require(long batch, double bytes, long free) {
        if (bytes > free) {
            throw new OutOfMemoryError(String.format(
                    Locale.ROOT,
                    "batch %d needs at least %.1f GB and %.1f GB are free",
                    batch,
                    bytes * 1e-9,
                    free * 1e-9));
        }
    }
}
