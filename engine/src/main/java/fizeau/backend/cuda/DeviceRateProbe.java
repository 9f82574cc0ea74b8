// SPDX-License-Identifier: Apache-2.0
package fizeau.backend.cuda;

import fizeau.backend.DeviceRates;
import fizeau.backend.cuda.raw.DeviceMemory;
import fizeau.kernels.MultiplyAddRateParameters;

/** Measures, by the device's own clock, what it can copy and compute when nothing holds it up. */
final class DeviceRateProbe {

    /** Beyond every cache of a device; a small device gets a sixteenth of its memory. */
    private static final long COPY_BYTES = 512L << 20;

    private static final int SHARE = 16;
    private static final int ROUNDS = 4096;
    private static final int BLOCKS_PER_MULTIPROCESSOR = 8;

    /** A device of one multiprocessor is no real one, and its emulation is slow. */
    private static final int ROUNDS_OF_AN_EMULATION = 4;

    private DeviceRateProbe() {}

    /** The fastest of a few tries of each. */
    static DeviceRates measure(CudaSession session) {
        long bytes = Math.min(COPY_BYTES, session.context().device().memoryBytes() / SHARE);
        double copySeconds;
        try (DeviceMemory from = session.allocate(bytes, "a copy");
                DeviceMemory to = session.allocate(bytes, "a copy")) {
            session.stream().clear(from);
            copySeconds = 1e-9
                    * DeviceTimer.fastestNanos(session, () -> session.stream().copyOnDevice(from, to, bytes));
        }
        int multiprocessors = session.context().device().multiprocessors();
        int blocks = BLOCKS_PER_MULTIPROCESSOR * multiprocessors;
        int rounds = multiprocessors > 1 ? ROUNDS : ROUNDS_OF_AN_EMULATION;
        try (DeviceMemory results = session.allocate(
                (long) Float.BYTES * blocks * MultiplyAddRateParameters.THREADS, "results of a rate")) {
            MultiplyAddRateParameters launch =
                    new MultiplyAddRateParameters(results.address(), 0.999f, 0.001f, rounds, blocks);
            double seconds = 1e-9 * DeviceTimer.fastestNanos(session, () -> session.launch(launch));
            return new DeviceRates(2.0 * bytes / copySeconds, launch.flops() / seconds);
        }
    }
}
