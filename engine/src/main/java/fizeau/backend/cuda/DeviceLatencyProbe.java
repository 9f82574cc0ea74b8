// SPDX-License-Identifier: Apache-2.0
package fizeau.backend.cuda;

import fizeau.backend.DeviceLatencies;
import fizeau.backend.cuda.raw.CudaGraph;
import fizeau.backend.cuda.raw.CudaStream;
import fizeau.backend.cuda.raw.DeviceMemory;
import fizeau.kernels.MultiplyAddRateParameters;

/** Measures what beginning a kernel costs, with one of a single block that does next to nothing. */
final class DeviceLatencyProbe {

    /** So many that the way to the device and back does not count. */
    private static final int PIECES = 1000;

    /** A device of one multiprocessor is no real one, and its emulation is slow. */
    private static final int PIECES_OF_AN_EMULATION = 10;

    private static final int REPEATS = 5;

    private DeviceLatencyProbe() {}

    /** The fastest of a few tries of each. */
    static DeviceLatencies measure(CudaSession session) {
        CudaStream stream = session.stream();
        int pieces = session.context().device().multiprocessors() > 1 ? PIECES : PIECES_OF_AN_EMULATION;
        try (DeviceMemory results =
                session.allocate((long) Float.BYTES * MultiplyAddRateParameters.THREADS, "results of a latency")) {
            MultiplyAddRateParameters kernel = new MultiplyAddRateParameters(results.address(), 0.999f, 0.001f, 1, 1);
            Runnable one = () -> session.launch(kernel);
            double launch = fastest(stream, pieces, times(pieces, one));
            double roundTrip = fastest(stream, 1, one);
            if (!session.offersGraphs()) {
                return new DeviceLatencies(launch, null, null, roundTrip);
            }
            double node;
            try (CudaGraph chain = stream.capture(times(pieces, one))) {
                node = fastest(stream, pieces, () -> stream.launch(chain));
            }
            try (CudaGraph single = stream.capture(one)) {
                return new DeviceLatencies(
                        launch, node, fastest(stream, pieces, times(pieces, () -> stream.launch(single))), roundTrip);
            }
        }
    }

    private static Runnable times(int count, Runnable piece) {
        return () -> {
            for (int i = 0; i < count; i++) {
                piece.run();
            }
        };
    }

    /** Nanoseconds of one of the pieces that the work queues. */
    private static double fastest(CudaStream stream, int pieces, Runnable work) {
        double best = Double.POSITIVE_INFINITY;
        for (int i = 0; i <= REPEATS; i++) {
            stream.synchronize();
            long began = System.nanoTime();
            work.run();
            stream.synchronize();
            if (i > 0) { // the first loads what is loaded late
                best = Math.min(best, System.nanoTime() - began);
            }
        }
        return best / pieces;
    }
}
