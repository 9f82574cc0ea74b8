// SPDX-License-Identifier: Apache-2.0
package fizeau.bench.im2im.onednn;

import fizeau.backend.Closing;
import fizeau.unet.UnetLayout;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Future;
import java.util.function.ObjIntConsumer;
import org.bytedeco.javacpp.FloatPointer;

/** Threads that compute at once with the same parameters. Owns them and the parameters' native copy; closed once. */
final class SampleThreads implements AutoCloseable {
    private final FloatPointer parameters;
    private final List<SampleThread> threads = new ArrayList<>();

    /** @param weights in the order of the layout */
    SampleThreads(UnetLayout layout, int[] patch, float[] weights, int count) {
        parameters = new FloatPointer(weights);
        try {
            for (int i = 0; i < count; i++) {
                threads.add(new SampleThread(layout, patch, parameters));
            }
        } catch (RuntimeException | Error failure) {
            Closing.afterFailure(failure, this);
            throw failure;
        }
    }

    int count() {
        return threads.size();
    }

    /** Changes the parameters, which plans follow when they are told; not while the threads work. */
    void put(float[] weights) {
        parameters.put(weights);
    }

    /** Does the work on every thread, with its number from 0, and waits for all; throws what the first of them threw. */
    void onEach(ObjIntConsumer<SampleThread> work) {
        List<Future<?>> started = new ArrayList<>();
        for (int index = 0; index < threads.size(); index++) {
            int number = index;
            SampleThread thread = threads.get(index);
            started.add(thread.start(() -> work.accept(thread, number)));
        }
        started.forEach(SampleThread::await);
    }

    @Override
    public void close() {
        List<AutoCloseable> owned = new ArrayList<>(threads);
        owned.add(parameters);
        Closing.all(owned);
    }
}
