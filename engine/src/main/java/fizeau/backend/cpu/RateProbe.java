// SPDX-License-Identifier: Apache-2.0
package fizeau.backend.cpu;

import fizeau.backend.DeviceRates;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import org.bytedeco.javacpp.FloatPointer;

/** Measures what all threads together can copy and multiply: large copies of memory, and OpenBLAS's matrix products. */
final class RateProbe {

    /** Per thread; two of these are beyond every cache. */
    private static final int COPY_BYTES = 64 << 20;

    private static final int EDGE = 512;
    private static final int REPEATS = 5;
    private static final int PRODUCTS = 4;

    private RateProbe() {}

    /** The fastest of a few tries of each: others on the machine can only slow one down. */
    static DeviceRates measure(WorkerPool pool) {
        return new DeviceRates(copyRate(pool), productRate(pool));
    }

    private static double copyRate(WorkerPool pool) {
        List<ByteBuffer> from = new ArrayList<>();
        List<ByteBuffer> to = new ArrayList<>();
        for (int worker = 0; worker < pool.workers(); worker++) {
            from.add(ByteBuffer.allocateDirect(COPY_BYTES));
            to.add(ByteBuffer.allocateDirect(COPY_BYTES));
        }
        double seconds = fastest(pool, (worker, workers) -> to.get(worker).put(0, from.get(worker), 0, COPY_BYTES));
        return 2.0 * COPY_BYTES * pool.workers() / seconds;
    }

    private static double productRate(WorkerPool pool) {
        List<FloatPointer> matrices = new ArrayList<>();
        try {
            for (int i = 0; i < 3 * pool.workers(); i++) {
                FloatPointer matrix = new FloatPointer((long) EDGE * EDGE);
                matrices.add(matrix);
                for (long j = 0; j < (long) EDGE * EDGE; j++) {
                    matrix.put(j, 1f / (1 + j % 7));
                }
            }
            double seconds = fastest(pool, (worker, workers) -> {
                for (int i = 0; i < PRODUCTS; i++) {
                    Blas.multiply(
                            EDGE,
                            EDGE,
                            EDGE,
                            matrices.get(3 * worker),
                            EDGE,
                            matrices.get(3 * worker + 1),
                            EDGE,
                            0,
                            matrices.get(3 * worker + 2),
                            EDGE);
                }
            });
            return 2.0 * EDGE * EDGE * EDGE * PRODUCTS * pool.workers() / seconds;
        } finally {
            matrices.forEach(FloatPointer::close);
        }
    }

    private static double fastest(WorkerPool pool, WorkerPool.Task task) {
        pool.run(task); // touches memory, starts threads
        long best = Long.MAX_VALUE;
        for (int i = 0; i < REPEATS; i++) {
            long start = System.nanoTime();
            pool.run(task);
            best = Math.min(best, System.nanoTime() - start);
        }
        return best * 1e-9;
    }
}
