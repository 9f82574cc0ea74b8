// SPDX-License-Identifier: Apache-2.0
package fizeau.bench.profile;

import fizeau.backend.cuda.raw.DeviceActivity;
import fizeau.bench.stats.Summary;
import fizeau.bench.trace.ChromeTrace;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * All activities of one name on a device together.
 *
 * @param name of the kernel, or what was copied where
 * @param kind {@code kernel}, {@code copy} or {@code fill}
 * @param calls how many there are
 * @param totalNanos their times together
 * @param medianNanos of one
 * @param bytes copied or filled by all of them
 */
public record DeviceTimes(String name, String kind, int calls, long totalNanos, double medianNanos, long bytes) {

    /** One for each name, the longest first. */
    static List<DeviceTimes> of(List<DeviceActivity> activities) {
        Map<String, List<DeviceActivity>> byName = new LinkedHashMap<>();
        activities.forEach(activity -> byName.computeIfAbsent(activity.name(), name -> new ArrayList<>())
                .add(activity));
        return byName.entrySet().stream()
                .map(entry -> new DeviceTimes(
                        entry.getKey(),
                        switch (entry.getValue().get(0).kind()) {
                            case KERNEL -> "kernel";
                            case COPY -> "copy";
                            case FILL -> "fill";
                        },
                        entry.getValue().size(),
                        entry.getValue().stream()
                                .mapToLong(DeviceActivity::nanos)
                                .sum(),
                        Summary.median(entry.getValue().stream()
                                .mapToDouble(DeviceActivity::nanos)
                                .toArray()),
                        entry.getValue().stream()
                                .mapToLong(DeviceActivity::bytes)
                                .sum()))
                .sorted(Comparator.comparingLong(DeviceTimes::totalNanos)
                        .reversed()
                        .thenComparing(DeviceTimes::name))
                .toList();
    }

    /** Time in which the device did anything at all: what runs side by side counts once. */
    static long busyNanos(List<DeviceActivity> inOrder) {
        long busy = 0;
        long until = Long.MIN_VALUE;
        for (DeviceActivity activity : inOrder) {
            long from = Math.max(until, activity.startNanos());
            if (activity.endNanos() > from) {
                busy += activity.endNanos() - from;
                until = activity.endNanos();
            }
        }
        return busy;
    }

    /**
     * The activities for a trace, a track for each stream, and more where a graph runs nodes of a stream side by side.
     *
     * @param inOrder of their beginning
     * @param originNanos when the trace begins, on the same clock
     */
    static List<ChromeTrace.Track> tracks(List<DeviceActivity> inOrder, long originNanos) {
        Map<Integer, List<List<ChromeTrace.Event>>> lanesOfStreams = new TreeMap<>();
        for (DeviceActivity activity : inOrder) {
            List<List<ChromeTrace.Event>> lanes =
                    lanesOfStreams.computeIfAbsent(activity.stream(), stream -> new ArrayList<>());
            long start = Math.max(0, activity.startNanos() - originNanos);
            long end = Math.max(start, activity.endNanos() - originNanos);
            List<ChromeTrace.Event> free = lanes.stream()
                    .filter(lane -> lane.get(lane.size() - 1).endNanos() <= start)
                    .findFirst()
                    .orElseGet(() -> {
                        lanes.add(new ArrayList<>());
                        return lanes.get(lanes.size() - 1);
                    });
            free.add(new ChromeTrace.Event(activity.name(), start, end, arguments(activity)));
        }
        List<ChromeTrace.Track> tracks = new ArrayList<>();
        lanesOfStreams.forEach((stream, lanes) -> {
            for (int lane = 0; lane < lanes.size(); lane++) {
                String name = "device, stream " + stream + (lane == 0 ? "" : ", beside (" + lane + ")");
                tracks.add(new ChromeTrace.Track(name, lanes.get(lane)));
            }
        });
        return tracks;
    }

    private static Map<String, Object> arguments(DeviceActivity activity) {
        Map<String, Object> arguments = new LinkedHashMap<>();
        arguments.put("correlation", activity.correlation());
        if (activity.graph() != 0) {
            arguments.put("graph", activity.graph());
        }
        if (activity.kind() != DeviceActivity.Kind.KERNEL) {
            arguments.put("bytes", activity.bytes());
        }
        return arguments;
    }
}
