// SPDX-License-Identifier: Apache-2.0
package fizeau.bench.im2im;

import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.function.IntFunction;

/**
 * Hands out items 0, 1, 2 and so on: made when asked for, or made ahead by a thread of its own while the caller works. Owns
 * that thread. Confined to the caller's thread.
 */
public final class Loader<T> implements AutoCloseable {
    private final IntFunction<T> make;
    private final int count;
    private final ExecutorService ahead;
    private CompletableFuture<T> pending;
    private int next;

    /** @param prefetch whether a second thread makes the next item */
    public Loader(IntFunction<T> make, int count, boolean prefetch) {
        this.make = make;
        this.count = count;
        this.ahead = prefetch
                ? Executors.newSingleThreadExecutor(task -> {
                    Thread thread = new Thread(task, "loader");
                    thread.setDaemon(true);
                    return thread;
                })
                : null;
        prepare(0);
    }

    /** The next item; waits for it. */
    public T next() {
        if (next >= count) {
            throw new IllegalStateException("all " + count + " items were handed out");
        }
        int index = next++;
        if (ahead == null) {
            return make.apply(index);
        }
        try {
            T item = pending.join();
            prepare(next);
            return item;
        } catch (CompletionException e) {
            throw e.getCause() instanceof RuntimeException cause ? cause : e;
        }
    }

    private void prepare(int index) {
        pending = ahead != null && index < count ? CompletableFuture.supplyAsync(() -> make.apply(index), ahead) : null;
    }

    @Override
    public void close() {
        if (ahead != null) {
            ahead.shutdownNow();
        }
    }
}
