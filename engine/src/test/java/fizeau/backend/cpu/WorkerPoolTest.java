// SPDX-License-Identifier: Apache-2.0
package fizeau.backend.cpu;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicIntegerArray;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class WorkerPoolTest {

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 5})
    void everyWorkerRunsEveryPhaseOnce(int workers) {
        try (WorkerPool pool = new WorkerPool(workers)) {
            assertThat(pool.workers()).isEqualTo(workers);
            AtomicIntegerArray runs = new AtomicIntegerArray(workers);
            for (int phase = 1; phase <= 500; phase++) {
                pool.run((worker, of) -> {
                    assertThat(of).isEqualTo(workers);
                    runs.incrementAndGet(worker);
                });
                for (int worker = 0; worker < workers; worker++) {
                    assertThat(runs.get(worker)).isEqualTo(phase); // the phase has ended everywhere
                }
            }
        }
    }

    /** What one phase writes without any lock, the next one reads, whoever wrote it. */
    @Test
    void phasesSeeEachOthersWork() {
        int items = 1000;
        int[] values = new int[items];
        int[] next = new int[items];
        try (WorkerPool pool = new WorkerPool(3)) {
            for (int phase = 0; phase < 100; phase++) {
                pool.run((worker, workers) -> {
                    int to = WorkerPool.from(items, worker + 1, workers);
                    for (int i = WorkerPool.from(items, worker, workers); i < to; i++) {
                        next[i] = values[items - 1 - i] + 1;
                    }
                });
                pool.run((worker, workers) -> {
                    int from = WorkerPool.from(items, worker, workers);
                    System.arraycopy(next, from, values, from, WorkerPool.from(items, worker + 1, workers) - from);
                });
            }
        }
        assertThat(values).containsOnly(100);
    }

    /** Workers that parked between two phases are woken. */
    @Test
    void aPhaseAfterAPauseStillRuns() {
        AtomicInteger runs = new AtomicInteger();
        try (WorkerPool pool = new WorkerPool(3)) {
            for (int phase = 0; phase < 3; phase++) {
                LockSupport.parkNanos(20_000_000);
                pool.run((worker, workers) -> runs.incrementAndGet());
            }
        }
        assertThat(runs.get()).isEqualTo(9);
    }

    @Test
    void aFailureOfAnyWorkerReachesTheCallerAndThePoolGoesOn() {
        try (WorkerPool pool = new WorkerPool(3)) {
            IllegalArgumentException own = new IllegalArgumentException("the caller's share");
            assertThatThrownBy(() -> pool.run((worker, workers) -> fail(worker, 0, own)))
                    .isSameAs(own);
            IllegalArgumentException others = new IllegalArgumentException("a share of another");
            for (int failing = 1; failing < 3; failing++) {
                int unlucky = failing;
                assertThatThrownBy(() -> pool.run((worker, workers) -> fail(worker, unlucky, others)))
                        .isInstanceOf(IllegalStateException.class)
                        .hasMessageContaining("a share of another")
                        .hasCause(others);
            }
            AtomicInteger runs = new AtomicInteger();
            pool.run((worker, workers) -> runs.incrementAndGet());
            assertThat(runs.get()).isEqualTo(3);
        }
    }

    @Test
    void closingEndsTheThreadsAndRefusesWork() throws InterruptedException {
        Set<Thread> before = workerThreads();
        WorkerPool pool = new WorkerPool(4);
        Set<Thread> own = workerThreads();
        own.removeAll(before);
        assertThat(own).hasSize(3);
        pool.close();
        pool.close();
        for (Thread thread : own) {
            thread.join(10_000);
            assertThat(thread.isAlive()).as(thread.getName()).isFalse();
        }
        assertThatThrownBy(() -> pool.run((worker, workers) -> {}))
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("closed");
    }

    @Test
    void sharesCoverAllItemsInOrder() {
        for (int items : new int[] {0, 1, 7, 4096, Integer.MAX_VALUE}) {
            for (int workers : new int[] {1, 2, 3, 16}) {
                assertThat(WorkerPool.from(items, 0, workers)).isZero();
                assertThat(WorkerPool.from(items, workers, workers)).isEqualTo(items);
                for (int worker = 0; worker < workers; worker++) {
                    long share = (long) WorkerPool.from(items, worker + 1, workers)
                            - WorkerPool.from(items, worker, workers);
                    assertThat(share).isBetween((long) items / workers, (long) items / workers + 1);
                }
            }
        }
    }

    @Test
    void aPoolWithoutWorkersIsRefused() {
        assertThatThrownBy(() -> new WorkerPool(0))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("worker count 0");
    }

    private static void fail(int worker, int failing, RuntimeException failure) {
        if (worker == failing) {
            throw failure;
        }
    }

    private static Set<Thread> workerThreads() {
        return Thread.getAllStackTraces().keySet().stream()
                .filter(thread -> thread.getName().startsWith("fizeau-worker"))
                .collect(Collectors.toSet());
    }
}
