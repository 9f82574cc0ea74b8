// SPDX-License-Identifier: Apache-2.0
package fizeau.bench.trace;

import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Ranges as a document in the Trace Event Format, which Perfetto and chrome://tracing open: complete events ({@code X}),
 * names of process and thread ({@code M}) and a counter ({@code C}) for values. Times are microseconds since the recording
 * began, to the nanosecond.
 */
public final class ChromeTrace {
    private static final double NANOS_PER_MICRO = 1000;
    private static final int THREAD = 1;

    private ChromeTrace() {}

    /**
     * A document, ready to be written as JSON.
     *
     * @param process name of the process
     * @param processId of the process that recorded
     * @param thread name of the thread
     * @param startedAt when the recording began
     * @param counter name of the ranges whose values become a counter, and of the counter
     * @param ranges of one thread, as {@link RangeRecorder#ranges} gives them
     */
    public static Map<String, Object> of(
            String process, long processId, String thread, Instant startedAt, Counter counter, List<Range> ranges) {
        return of(process, processId, thread, startedAt, counter, ranges, List.of());
    }

    /**
     * The same with what went on elsewhere at the same time, such as on a device.
     *
     * @param tracks drawn below the thread, in their order
     */
    public static Map<String, Object> of(
            String process,
            long processId,
            String thread,
            Instant startedAt,
            Counter counter,
            List<Range> ranges,
            List<Track> tracks) {
        List<Map<String, Object>> events = new ArrayList<>();
        events.add(named("process_name", process, processId));
        events.add(named("thread_name", thread, processId));
        for (Range range : ranges) {
            events.add(complete(range, ranges, processId));
        }
        for (Range range : ranges) {
            if (range.value() != null && range.name().equals(counter.range())) {
                Map<String, Object> event = event(counter.name(), "C", processId, range.endNanos());
                event.put("args", Map.of(counter.name(), range.value()));
                events.add(event);
            }
        }
        for (int i = 0; i < tracks.size(); i++) {
            int number = THREAD + 1 + i;
            Map<String, Object> named = named("thread_name", tracks.get(i).name(), processId);
            named.put("tid", number);
            events.add(named);
            for (Event moment : tracks.get(i).events()) {
                Map<String, Object> event = event(moment.name(), "X", processId, moment.startNanos());
                event.put("tid", number);
                event.put("dur", (moment.endNanos() - moment.startNanos()) / NANOS_PER_MICRO);
                event.put("cat", tracks.get(i).name());
                event.put("args", moment.arguments());
                events.add(event);
            }
        }
        Map<String, Object> document = new LinkedHashMap<>();
        document.put("displayTimeUnit", "ms");
        document.put("otherData", Map.of("startedAt", startedAt.toString(), "clock", "System.nanoTime"));
        document.put("traceEvents", events);
        return document;
    }

    /** Which ranges' values are drawn as a curve, and its name. */
    public record Counter(String range, String name) {}

    /** A line of its own in the picture, of events that do not overlap, in the order of their beginning. */
    public record Track(String name, List<Event> events) {}

    /** Something on a track; times since the recording began. */
    public record Event(String name, long startNanos, long endNanos, Map<String, Object> arguments) {}

    private static Map<String, Object> named(String what, String name, long processId) {
        Map<String, Object> event = event(what, "M", processId, 0);
        event.put("args", Map.of("name", name));
        return event;
    }

    private static Map<String, Object> complete(Range range, List<Range> ranges, long processId) {
        Map<String, Object> event = event(range.name(), "X", processId, range.startNanos());
        event.put("dur", range.nanos() / NANOS_PER_MICRO);
        event.put("cat", range.parent() < 0 ? "run" : ranges.get(range.parent()).name());
        Map<String, Object> arguments = new LinkedHashMap<>();
        arguments.put("number", range.number());
        if (range.value() != null) {
            arguments.put("value", range.value());
        }
        event.put("args", arguments);
        return event;
    }

    private static Map<String, Object> event(String name, String phase, long processId, long nanos) {
        Map<String, Object> event = new LinkedHashMap<>();
        event.put("name", name);
        event.put("ph", phase);
        event.put("pid", processId);
        event.put("tid", THREAD);
        event.put("ts", nanos / NANOS_PER_MICRO);
        return event;
    }
}
