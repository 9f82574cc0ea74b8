// SPDX-License-Identifier: Apache-2.0
package fizeau.bench.im2im;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.LinkedHashMap;
import java.util.List;
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
        private final List<Span> spans = new ArrayList<>(); // in the order of the marks
        private long paused;

        private Open(String name, List<ResidentMarks> marks) {
            this.name = name;
            marks.forEach(mark -> spans.add(new Span(mark.resident())));
        }
    }

    /** What one kind of memory did while a timer was open. */
    private static final class Span {
        private final long resident;
        private long peak;

        private Span(long resident) {
            this.resident = resident;
            this.peak = resident;
        }
    }

    private final List<ResidentMarks> marks;
    private final Deque<Open> open = new ArrayDeque<>();
    private final Map<String, Timing> timings = new LinkedHashMap<>();

    public Timers(ResidentMarks process) {
        this(process, ResidentMarks.UNKNOWN);
    }

    /** @param device memory of a device beside that of the process */
    public Timers(ResidentMarks process, ResidentMarks device) {
        this.marks = List.of(process, device);
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
        open.push(new Open(name, marks));
    }

    private void close() {
        Open timer = open.element();
        long nanos = System.nanoTime() - timer.began - timer.paused; // before the marks are read
        hand();
        open.pop();
        timings.put(
                timer.name, new Timing(nanos * 1e-9, delta(timer, 0), peak(timer, 0), delta(timer, 1), peak(timer, 1)));
    }

    private Double delta(Open timer, int of) {
        ResidentMarks mark = marks.get(of);
        return mark.known() ? (Double) ((mark.resident() - timer.spans.get(of).resident) / MEBIBYTE) : null;
    }

    private Double peak(Open timer, int of) {
        return marks.get(of).known() ? (Double) (timer.spans.get(of).peak / MEBIBYTE) : null;
    }

    private void hand() {
        for (int of = 0; of < marks.size(); of++) {
            long peak = marks.get(of).takePeak();
            for (Open timer : open) {
                Span span = timer.spans.get(of);
                span.peak = Math.max(span.peak, peak);
            }
        }
    }

    /** All timers that were closed, in the order in which they began. */
    public Map<String, Timing> timings() {
        return timings;
    }
}
