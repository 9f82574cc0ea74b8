// SPDX-License-Identifier: Apache-2.0
package fizeau.bench.training;

import fizeau.backend.Closing;
import fizeau.backend.Ranges;
import fizeau.backend.StageClock;
import fizeau.backend.StageClock.Stage;
import fizeau.backend.cuda.CudaBackend;
import fizeau.backend.cuda.StageEvents;
import java.util.Arrays;
import java.util.List;

/** Sessions whose stages are timed beside sessions whose stages are not. Owns what both share; one thread. */
interface StageWatch extends AutoCloseable {

    /** Opens sessions that are timed. */
    SessionFactory timed();

    /** Opens sessions of the same variant that are not. */
    SessionFactory plain();

    /** Forgets what was timed so far. */
    void reset();

    /** Nanoseconds in a stage since the last reset. */
    double nanos(Stage stage);

    @Override
    void close();

    /** On a GPU, by the device's clock, a variant without graphs; elsewhere by the host's. */
    static StageWatch open(VariantSpec variant) {
        return variant.onCuda() ? OnCuda.open(variant) : OnHost.open(variant);
    }

    /** Loads the CPU's libraries. */
    record OnHost(SessionFactory timed, SessionFactory plain, Stopwatch watch) implements StageWatch {

        static OnHost open(VariantSpec variant) {
            Stopwatch watch = new Stopwatch();
            return new OnHost(
                    EngineSessions.open(variant, watch), EngineSessions.open(variant, StageClock.NONE), watch);
        }

        @Override
        public void reset() {
            Arrays.fill(watch.nanos, 0);
        }

        @Override
        public double nanos(Stage stage) {
            return watch.nanos[stage.ordinal()];
        }

        @Override
        public void close() {
            Closing.all(List.of(plain, timed));
        }
    }

    /** Events around the stages of iterations that are launched. */
    record OnCuda(VariantSpec variant, CudaBackend backend, StageEvents events) implements StageWatch {

        static OnCuda open(VariantSpec variant) {
            CudaBackend backend = EngineSessions.openCuda(variant);
            try {
                return new OnCuda(variant, backend, backend.stageEvents());
            } catch (RuntimeException failure) {
                throw Closing.afterFailure(failure, backend);
            }
        }

        @Override
        public SessionFactory timed() {
            return new EngineSessions.CudaFactory(variant, backend, events.ranges());
        }

        @Override
        public SessionFactory plain() {
            return new EngineSessions.CudaFactory(variant, backend, Ranges.NONE);
        }

        @Override
        public void reset() {
            events.reset();
        }

        @Override
        public double nanos(Stage stage) {
            return events.nanos().get(stage);
        }

        /** The factories are views of the backend and own nothing. */
        @Override
        public void close() {
            Closing.all(List.of(events, backend));
        }
    }

    /** Sums up what each stage took, by the host's clock. */
    final class Stopwatch implements StageClock {
        private final long[] nanos = new long[Stage.values().length];
        private long last;

        @Override
        public void iterationStarted() {
            last = System.nanoTime();
        }

        @Override
        public void stageEnded(Stage stage) {
            long now = System.nanoTime();
            nanos[stage.ordinal()] += now - last;
            last = now;
        }
    }
}
