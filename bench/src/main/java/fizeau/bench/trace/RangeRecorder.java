// SPDX-License-Identifier: Apache-2.0
package fizeau.bench.trace;

import fizeau.backend.Ranges;
import fizeau.backend.StageClock;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * Records nested ranges of one thread. An event costs one reading of the clock and a few array writes; nothing is
 * allocated before the arrays are full. As a stage clock it records the stages of an iteration inside the range that is
 * open. While it does not listen, it ignores everything. What it records it can tell on, to a profiler of the device.
 * Confined to one thread.
 */
public final class RangeRecorder implements StageClock, Ranges {
    private static final int NOBODY = -1;
    private static final Stage[] STAGES = Stage.values();

    private long originNanos;
    private boolean listening;
    private String[] names;
    private int[] parents;
    private long[] starts;
    private long[] ends;
    private double[] values;
    private int count;
    private int open = NOBODY;
    private long stageBegan;
    private final Ranges listener;

    /** @param capacity ranges to make room for; more are possible and cost a copy */
    public RangeRecorder(int capacity) {
        this(capacity, Ranges.NONE);
    }

    /** @param listener is told of each range as it begins and ends */
    public RangeRecorder(int capacity, Ranges listener) {
        this.listener = listener;
        names = new String[capacity];
        parents = new int[capacity];
        starts = new long[capacity];
        ends = new long[capacity];
        values = new double[capacity];
    }

    /** Forgets everything and listens from now on. */
    public void start() {
        count = 0;
        open = NOBODY;
        listening = true;
        originNanos = System.nanoTime();
    }

    /** Listens no more; open ranges are an error of the caller. */
    public void stop() {
        listening = false;
        if (open != NOBODY) {
            throw new IllegalStateException("range " + names[open] + " is still open");
        }
    }

    /** When the recording began, on the clock of {@link System#nanoTime}. */
    public long originNanos() {
        return originNanos;
    }

    /** Opens a range inside the one that is open. */
    @Override
    public void open(String name) {
        if (listening) {
            listener.open(name);
            int index = add(name, System.nanoTime());
            open = index;
        }
    }

    /** Closes the range that was opened last. */
    @Override
    public void close() {
        close(Double.NaN);
    }

    /** The same with a result; not a number: none. */
    public void close(double value) {
        if (!listening) {
            return;
        }
        if (open == NOBODY) {
            throw new IllegalStateException("no range is open");
        }
        ends[open] = System.nanoTime();
        values[open] = value;
        open = parents[open];
        listener.close();
    }

    @Override
    public void iterationStarted() {
        if (listening) {
            listener.open(name(STAGES[0]));
            stageBegan = System.nanoTime();
        }
    }

    @Override
    public void stageEnded(Stage stage) {
        if (listening) {
            long now = System.nanoTime();
            int index = add(name(stage), stageBegan);
            ends[index] = now;
            listener.close();
            if (stage.ordinal() + 1 < STAGES.length) {
                listener.open(name(STAGES[stage.ordinal() + 1]));
            }
            stageBegan = now;
        }
    }

    /** What a stage is called in traces. */
    public static String name(Stage stage) {
        return switch (stage) {
            case FORWARD -> "forward";
            case TELESCOPE -> "telescope loss + adjoint";
            case BACKWARD -> "backward";
            case OPTIMISER -> "optimiser";
        };
    }

    /** Everything recorded, in the order of its beginning, enclosing ranges before enclosed ones. */
    public List<Range> ranges() {
        List<Range> ranges = new ArrayList<>(count);
        Map<String, Integer> numbers = new HashMap<>();
        for (int i = 0; i < count; i++) {
            ranges.add(new Range(
                    names[i],
                    numbers.merge(names[i], 1, Integer::sum),
                    parents[i],
                    starts[i] - originNanos,
                    ends[i] - originNanos,
                    Double.isNaN(values[i]) ? null : values[i]));
        }
        return ranges;
    }

    private int add(String name, long startNanos) {
        if (count == names.length) {
            int larger = Math.max(16, 2 * count);
            names = Arrays.copyOf(names, larger);
            parents = Arrays.copyOf(parents, larger);
            starts = Arrays.copyOf(starts, larger);
            ends = Arrays.copyOf(ends, larger);
            values = Arrays.copyOf(values, larger);
        }
        names[count] = name;
        parents[count] = open;
        starts[count] = startNanos;
        values[count] = Double.NaN;
        return count++;
    }

    @Override
    public String toString() {
        return String.format(Locale.ROOT, "%d ranges, %s", count, listening ? "listening" : "not listening");
    }
}
