// SPDX-License-Identifier: Apache-2.0
package fizeau.bench.ops.torch;

import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicReference;

/** A fixed number of threads that do the same task, the caller being one of them. Owns the others. */
final class Crew implements AutoCloseable {
    private final int size;
    private final ExecutorService others;

    /** A share of the work. */
    interface Task {
        /** @param worker 0 to size - 1 */
        void run(int worker);
    }

    Crew(int size) {
        if (size < 1) {
            throw new IllegalArgumentException("a crew of " + size + ": at least 1 thread is needed");
        }
        this.size = size;
        this.others = Executors.newFixedThreadPool(Math.max(1, size - 1), work -> {
            Thread thread = new Thread(work, "fizeau-operator-worker");
            thread.setDaemon(true);
            return thread;
        });
    }

    int size() {
        return size;
    }

    /** Runs the task on every thread and waits for all; the first failure is thrown. */
    void run(Task task) {
        CountDownLatch left = new CountDownLatch(size - 1);
        AtomicReference<RuntimeException> failure = new AtomicReference<>();
        for (int i = 1; i < size; i++) {
            int worker = i;
            others.execute(() -> {
                try {
                    task.run(worker);
                } catch (RuntimeException failed) {
                    failure.compareAndSet(null, failed);
                } finally {
                    left.countDown();
                }
            });
        }
        try {
            task.run(0);
        } finally {
            await(left);
        }
        if (failure.get() != null) {
            throw failure.get();
        }
    }

    @Override
    public void close() {
        others.shutdown();
    }

    private static void await(CountDownLatch left) {
        boolean interrupted = false;
        while (left.getCount() > 0) {
            try {
                left.await();
            } catch (InterruptedException e) {
                interrupted = true; // others still write into our arrays: wait for them first
            }
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }
}
