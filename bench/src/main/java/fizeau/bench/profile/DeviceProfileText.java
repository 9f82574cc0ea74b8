// SPDX-License-Identifier: Apache-2.0
package fizeau.bench.profile;

import fizeau.bench.trace.RangeStatistics;
import java.util.Locale;

/** The text files of a profile on a device. */
final class DeviceProfileText {

    private static final double MILLI = 1e-6;
    private static final double MICRO = 1e-3;

    private final DeviceProfile profile;

    DeviceProfileText(DeviceProfile profile) {
        this.profile = profile;
    }

    /** Time on the device by name. */
    String deviceTimeSummary() {
        StringBuilder text = new StringBuilder();
        if (profile.device().isEmpty()) {
            line(text, "unavailable: no timeline of kernels was recorded");
            profile.remarks().forEach(remark -> line(text, "%s", remark));
            return text.toString();
        }
        line(text, "Time on the device by name; share of the time in which the device did anything");
        line(text, "");
        line(
                text,
                "%-28s %-7s %8s %12s %8s %12s %14s",
                "name",
                "kind",
                "calls",
                "total ms",
                "share %",
                "median us",
                "bytes");
        for (DeviceTimes times : profile.device()) {
            line(
                    text,
                    "%-28s %-7s %8d %12.3f %8.2f %12.3f %14s",
                    times.name(),
                    times.kind(),
                    times.calls(),
                    times.totalNanos() * MILLI,
                    100 * times.totalNanos() * 1e-9 / profile.deviceBusySeconds(),
                    times.medianNanos() * MICRO,
                    times.bytes() == 0 ? "" : Long.toString(times.bytes()));
        }
        line(text, "");
        profile.deviceStageSeconds()
                .forEach((stage, seconds) -> line(
                        text,
                        "%-28s %12.3f ms %8.2f %% of the device's busy time",
                        stage,
                        seconds * 1e3,
                        100 * seconds / profile.deviceBusySeconds()));
        line(
                text,
                "device busy   %.6f s of %.6f s, %.1f %%",
                profile.deviceBusySeconds(),
                profile.seconds(),
                100 * profile.deviceBusySeconds() / profile.seconds());
        if (profile.droppedRecords() > 0) {
            line(text, "%d activities are missing: CUPTI had no room for them", profile.droppedRecords());
        }
        return text.toString();
    }

    String memorySummary() {
        return String.format(
                Locale.ROOT,
                "most device memory held by Fizeau   %d bytes%n%s%n",
                profile.peakDeviceBytes(),
                "without the driver's own for context, kernels and streams");
    }

    /** Command lines to copy, and what came of those that were run. */
    String tools() {
        StringBuilder text = new StringBuilder();
        line(text, "NVIDIA's profilers, to be called in the folder that holds Fizeau:");
        for (ProfilerTool.Run run : profile.tools()) {
            line(text, "");
            line(text, "%s", run.command());
            line(text, "  %s", run.outcome());
        }
        return text.toString();
    }

    /** What a person wants to know first. */
    String summary() {
        StringBuilder text = new StringBuilder();
        line(text, "PROFILE of %s", profile.work());
        line(text, "  device     %s", profile.description());
        line(
                text,
                "  workload   %d samples x %d epochs, object %d in frame %d",
                profile.workload().samples(),
                profile.workload().epochs(),
                profile.workload().objectSize(),
                profile.workload().imageSize());
        line(text, "  one pass   %.6f s on the host while recorded", profile.seconds());
        line(text, "");
        line(text, "Where the host's time goes");
        for (RangeStatistics range : profile.ranges()) {
            line(
                    text,
                    "  %-28s %8d x %10.4f ms",
                    "  ".repeat(range.depth()) + range.name(),
                    range.calls(),
                    range.medianNanos() * MILLI);
        }
        line(text, "");
        text.append(deviceTimeSummary()).append('\n').append(tools());
        if (!profile.device().isEmpty()) {
            profile.remarks().forEach(remark -> line(text, "Remark: %s", remark));
        }
        line(text, "");
        line(
                text,
                "%s/%s/trace.json opens at ui.perfetto.dev, host and device on one time axis.",
                profile.folder(),
                ProfileFiles.FOLDER);
        return text.toString();
    }

    private static void line(StringBuilder text, String format, Object... values) {
        text.append(String.format(Locale.ROOT, format, values).stripTrailing()).append('\n');
    }
}
