// SPDX-License-Identifier: Apache-2.0
package fizeau.bench.caches;

import fizeau.bench.stats.Summary;
import java.util.ArrayList;
import java.util.List;
import java.util.function.IntToLongFunction;

/**
 * Times calls that take nanoseconds to milliseconds: in batches long enough for the clock, over all keys in turn, after a
 * warm-up of the same calls. Confined to one thread.
 */
final class CallTimer {
    /** A thousand times the cost of reading the clock, and a hundred times its step. */
    private static final long SHORTEST_BATCH_NANOS = 200_000;

    private static final int LARGEST_BATCH = 1 << 20;
    private static final int FEWEST_BATCHES = 5;

    private final double seconds;
    private final int keys;
    private int next;
    private long sink;

    /**
     * @param seconds of warm-up, and again of timing
     * @param keys calls are made for keys 0 to {@code keys - 1} in turn
     */
    CallTimer(double seconds, int keys) {
        this.seconds = seconds;
        this.keys = keys;
    }

    /** Nanoseconds of a single call. */
    double once(IntToLongFunction call) {
        return batchNanos(call, 1);
    }

    /** Nanoseconds of a call in the long run: median over batches. */
    double steady(IntToLongFunction call) {
        long nanos = (long) (seconds * 1e9);
        int batch = 1;
        long warmedAt = System.nanoTime() + nanos;
        do {
            if (batchNanos(call, batch) < SHORTEST_BATCH_NANOS && batch < LARGEST_BATCH) {
                batch *= 2;
            }
        } while (System.nanoTime() < warmedAt);
        List<Double> perCall = new ArrayList<>();
        long endsAt = System.nanoTime() + nanos;
        while (perCall.size() < FEWEST_BATCHES || System.nanoTime() < endsAt) {
            perCall.add((double) batchNanos(call, batch) / batch);
        }
        if (sink == Long.MIN_VALUE) { // never; keeps the calls alive
            throw new IllegalStateException("the sum of all results cannot be that small");
        }
        return Summary.median(perCall.stream().mapToDouble(Double::doubleValue).toArray());
    }

    private long batchNanos(IntToLongFunction call, int count) {
        int key = next;
        long sum = 0;
        long before = System.nanoTime();
        for (int i = 0; i < count; i++) {
            sum += call.applyAsLong(key);
            key = key + 1 == keys ? 0 : key + 1;
        }
        long nanos = System.nanoTime() - before;
        next = key;
        sink += sum & 0xff;
        return nanos;
    }
}
