// SPDX-License-Identifier: Apache-2.0
package fizeau.bench.trace;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** The rules of the Trace Event Format that viewers rely on, checked on a parsed document. */
public final class TraceFormat {

    private TraceFormat() {}

    /** What breaks a rule; empty for a good document. */
    public static List<String> violations(JsonNode document) {
        List<String> violations = new ArrayList<>();
        JsonNode events = document.path("traceEvents");
        if (!events.isArray() || events.isEmpty()) {
            return List.of("traceEvents is no array of events");
        }
        Map<String, Deque<long[]>> openByThread = new HashMap<>();
        Map<String, Long> lastStart = new HashMap<>();
        Set<String> named = new HashSet<>();
        Set<String> used = new HashSet<>();
        for (JsonNode event : events) {
            String name = event.path("name").asText("");
            for (String field : List.of("name", "ph", "pid", "tid", "ts")) {
                if (!event.hasNonNull(field)) {
                    violations.add("event '" + name + "' has no " + field);
                }
            }
            for (String number : List.of("pid", "tid", "ts")) {
                if (!event.path(number).isNumber() || event.path(number).asDouble() < 0) {
                    violations.add(number + " of '" + name + "' is no number of zero or more");
                }
            }
            String thread = event.path("pid") + "/" + event.path("tid");
            switch (event.path("ph").asText()) {
                case "M" -> {
                    named.add(name + " " + (name.equals("process_name") ? event.path("pid") : thread));
                    if (event.path("args").path("name").asText("").isEmpty()) {
                        violations.add(name + " gives no name");
                    }
                }
                case "C" -> {
                    if (!event.path("args").elements().hasNext()
                            || !event.path("args").elements().next().isNumber()) {
                        violations.add("counter '" + name + "' has no value");
                    }
                }
                case "X" -> {
                    used.add("thread_name " + thread);
                    used.add("process_name " + event.path("pid"));
                    if (!event.path("dur").isNumber() || event.path("dur").asDouble() < 0) {
                        violations.add("dur of '" + name + "' is no number of zero or more");
                    }
                    long start = nanos(event.path("ts"));
                    long end = start + nanos(event.path("dur"));
                    if (start < lastStart.getOrDefault(thread, 0L)) {
                        violations.add("'" + name + "' starts before the event written before it");
                    }
                    lastStart.put(thread, start);
                    Deque<long[]> open = openByThread.computeIfAbsent(thread, any -> new ArrayDeque<>());
                    while (!open.isEmpty() && open.peek()[1] <= start) {
                        open.pop();
                    }
                    if (!open.isEmpty() && end > open.peek()[1]) {
                        violations.add("'" + name + "' ends after the event around it");
                    }
                    open.push(new long[] {start, end});
                }
                default -> violations.add("phase '" + event.path("ph").asText() + "' of '" + name + "' is unknown");
            }
        }
        used.removeAll(named);
        used.forEach(missing -> violations.add("there is no " + missing));
        return violations;
    }

    private static long nanos(JsonNode micros) {
        return Math.round(micros.asDouble() * 1000);
    }
}
