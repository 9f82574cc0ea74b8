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

    /**
     * Asks for what a job's batch takes on the CPU. The engine asks again when it has planned its memory, which is less than
     * what eager operations hold; on a GPU it asks that.
     */
    public static void requireFor(InferJob job) {
        if (!job.device().equals("cpu")) {
            return;
        }
        Network network = job.network();
        boolean planned = Framework.named(job.framework()) == Framework.ENGINE;
        double values = planned ? (double) network.batch() * network.inputCount() : network.activationCount();
        int bytes = NumberFormat.parse(job.dtype()).bytes();
        require(network.batch(), bytes * (values + network.weightCount()));
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
