// SPDX-License-Identifier: Apache-2.0
package fizeau.backend.cpu;

import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;

/**
 * The engine's only threads. A phase runs the same task on every worker, the caller being worker 0, and ends when all
 * have ended. An iteration has some thirty phases of 20 to 300 microseconds, so idle workers spin for a short while before
 * they park: waking a parked thread costs as much as a small phase.
 *
 * <p>Owns its threads. {@link #run} is called by one thread at a time.
 */
final class WorkerPool implements AutoCloseable {

    /** One phase of work. */
    @FunctionalInterface
    interface Task {
        /** Does the share of {@code worker}, 0 to {@code workers - 1}. */
        void run(int worker, int workers);
    }

    /** About a third of a millisecond of spinning; longer than any gap between two phases of an iteration. */
    private static final int SPINS_BEFORE_PARK = 10_000;

    /** Past this many spins the caller gives its core away: some worker has lost its own. */
    private static final int SPINS_BEFORE_YIELD = 20_000;

    private final Thread[] threads;
    private final AtomicInteger pending = new AtomicInteger();
    private final AtomicInteger sleepers = new AtomicInteger();
    private volatile int phase;
    private volatile boolean open = true;
    private volatile Throwable failure;
    private Task task;

    WorkerPool(int workers) {
        if (workers < 1) {
            throw new IllegalArgumentException("worker count " + workers + " must be at least 1");
        }
        threads = new Thread[workers - 1];
        for (int i = 0; i < threads.length; i++) {
            int worker = i + 1;
            threads[i] = new Thread(() -> work(worker), "fizeau-worker-" + worker);
            threads[i].setDaemon(true);
            threads[i].start();
        }
    }

    int workers() {
        return threads.length + 1;
    }

    /** Runs one phase and waits for it. The first failure of any worker is thrown. */
    void run(Task next) {
        if (!open) {
            throw new IllegalStateException("worker pool is closed");
        }
        if (threads.length == 0) {
            next.run(0, 1);
            return;
        }
        task = next;
        failure = null;
        pending.set(threads.length);
        phase++; // publishes the task; one thread writes it
        if (sleepers.get() > 0) {
            wakeAll();
        }
        try {
            next.run(0, workers());
        } finally {
            awaitWorkers();
        }
        if (failure != null) {
            throw new IllegalStateException("a worker failed: " + failure.getMessage(), failure);
        }
    }

    /** First item of a worker's share of {@code items}; the share ends where the next worker's begins. */
    static int from(int items, int worker, int workers) {
        return (int) ((long) items * worker / workers);
    }

    @Override
    public void close() {
        if (!open) {
            return;
        }
        open = false;
        wakeAll();
    }

    private void wakeAll() {
        for (Thread thread : threads) {
            LockSupport.unpark(thread);
        }
    }

    private void awaitWorkers() {
        int spins = 0;
        while (pending.get() > 0) {
            if (++spins > SPINS_BEFORE_YIELD) {
                Thread.yield();
            } else {
                Thread.onSpinWait();
            }
        }
    }

    private void work(int worker) {
        int seen = 0;
        while (true) {
            int spins = 0;
            while (phase == seen && open) {
                if (++spins > SPINS_BEFORE_PARK) {
                    sleepers.incrementAndGet();
                    if (phase == seen && open) { // else the caller may have missed this sleeper
                        LockSupport.park(this);
                    }
                    sleepers.decrementAndGet();
                } else {
                    Thread.onSpinWait();
                }
            }
            if (!open) {
                return;
            }
            seen = phase;
            try {
                task.run(worker, workers());
            } catch (Throwable thrown) { // handed to the caller of run
                failure = thrown;
            } finally {
                pending.decrementAndGet();
            }
        }
    }
}
