// SPDX-License-Identifier: Apache-2.0
package fizeau.bench.im2im.onednn;

import fizeau.backend.Closing;
import fizeau.bench.onednn.OneDnn;
import fizeau.unet.UnetLayout;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.bytedeco.javacpp.FloatPointer;
import org.bytedeco.javacpp.PointerScope;

/** A thread that computes alone, with its workbench and the passes of its samples. Owns them; closed once. */
final class SampleThread implements AutoCloseable {
    private final ExecutorService thread = Executors.newSingleThreadExecutor(work -> {
        Thread made = new Thread(work, "sample");
        made.setDaemon(true);
        return made;
    });

    // of the thread
    private final List<UnetPass> passes = new ArrayList<>();
    private PointerScope scope;
    private Workbench bench;

    /** @param parameters borrowed */
    SampleThread(UnetLayout layout, int[] patch, FloatPointer parameters) {
        try {
            await(start(() -> {
                scope = new PointerScope();
                bench = new Workbench(layout, patch, parameters); // loads the library, and OpenMP with it
                OneDnn.takeThreads(1);
            }));
        } catch (RuntimeException | Error failure) {
            Closing.afterFailure(failure, this);
            throw failure;
        }
    }

    Future<?> start(Runnable work) {
        return thread.submit(work);
    }

    /** Waits; throws what the work threw. */
    static void await(Future<?> work) {
        try {
            work.get();
        } catch (ExecutionException failure) {
            if (failure.getCause() instanceof Error error) {
                throw error;
            }
            throw (RuntimeException) failure.getCause();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted while samples were on their way", e);
        }
    }

    /** The thread's pass of this number, from 0; only to be called and used on the thread. */
    UnetPass pass(int number) {
        while (passes.size() <= number) {
            passes.add(new UnetPass(bench));
        }
        return passes.get(number);
    }

    /** Only to be called and used on the thread. */
    Workbench bench() {
        return bench;
    }

    /** Waits for what is on its way, interrupted or not: it uses memory that goes next. */
    @Override
    public void close() {
        Future<?> last = start(() -> {
            if (scope != null) {
                scope.close();
            }
        });
        thread.shutdown();
        boolean interrupted = false;
        while (!thread.isTerminated()) {
            try {
                thread.awaitTermination(1, TimeUnit.MINUTES);
            } catch (InterruptedException e) {
                interrupted = true;
            }
        }
        await(last);
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }
}
