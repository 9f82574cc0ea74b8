// SPDX-License-Identifier: Apache-2.0
package fizeau.bench.im2im;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.Supplier;

/**
 * Nested timers with marks of the highest memory. The system keeps one mark for the process; whenever a timer opens or
 * closes, the mark is handed to all that are open and then set back, so that an inner timer takes nothing from an outer
 * one. Names hold the path of a timer, with points. Confined to one thread.
 */
public final class Timers {
    private static final double MEBIBYTE = 1 << 20;

    private static final class Open {
        private final String name;
        private final long began = System.nanoTime();
        private final long resident;
        private long peak;
        private long paused;

        private Open(String name, long resident) {
            this.name = name;
            this.resident = resident;
            this.peak = resident;
        }
    }

    private final ResidentMarks marks;
    private final Deque<Open> open = new ArrayDeque<>();
    private final Map<String, Timing> timings = new LinkedHashMap<>();

    public Timers(ResidentMarks marks) {
        this.marks = marks;
    }

    /** Times some work. */
    public <T> T time(String name, Supplier<T> work) {
        open(name);
        try {
            return work.get();
        } finally {
            close();
        }
    }

    /** Times some work without a result. */
    public void run(String name, Runnable work) {
        time(name, () -> {
            work.run();
            return null;
        });
    }

    /** Times some work that is not part of the timers around it: a warm-up. Their memory marks see it all the same. */
    public void aside(String name, Runnable work) {
        run(name, work);
        long nanos = (long) (timings.get(name).elapsedSeconds() * 1e9);
        open.forEach(outer -> outer.paused += nanos);
    }

    private void open(String name) {
        timings.put(name, null); // keeps the order of beginnings
        hand();
        open.push(new Open(name, marks.resident()));
    }

    private void close() {
        Open timer = open.element();
        long nanos = System.nanoTime() - timer.began - timer.paused; // before the marks are read
        hand();
        open.pop();
        boolean known = marks.known();
        timings.put(
                timer.name,
                new Timing(
                        nanos * 1e-9,
                        known ? (Double) ((marks.resident() - timer.resident) / MEBIBYTE) : null,
                        known ? (Double) (timer.peak / MEBIBYTE) : null));
    }

    private void hand() {
        long peak = marks.takePeak();
        open.forEach(timer -> timer.peak = Math.max(timer.peak, peak));
    }

    /** All timers that were closed, in the order in which they began. */
    public Map<String, Timing> timings() {
        return timings;
    }
}
