// SPDX-License-Identifier: Apache-2.0
package fizeau.bench.profile;

import com.fasterxml.jackson.databind.JsonNode;
import fizeau.backend.cuda.CudaBackend;
import fizeau.bench.files.RunFolder;
import fizeau.bench.trace.ChromeTrace;
import fizeau.bench.trace.RangeStatistics;
import fizeau.nativeconfig.Settings;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** A profile on a device, from its run to its files. */
public final class DeviceProfileFiles {

    private static final String TRACE = ProfileFiles.FOLDER + "/trace.json";
    private static final String DEVICE = ProfileFiles.FOLDER + "/device_time_summary.txt";
    private static final String MEMORY = ProfileFiles.FOLDER + "/cuda_memory_summary.txt";
    private static final String TOOLS = ProfileFiles.FOLDER + "/profilers.txt";
    private static final String SUMMARY = ProfileFiles.FOLDER + "/profiling_summary.txt";
    private static final String RESULT = "result.json";

    private final RunFolder folder;
    private final Settings settings;
    private DeviceProfile profile;
    private DeviceProfiler.Pass pass;
    private String curve;

    public DeviceProfileFiles(RunFolder folder, Settings settings) {
        this.folder = folder;
        this.settings = settings;
        folder.expect(TRACE, DEVICE, MEMORY, TOOLS, SUMMARY, RESULT);
    }

    /** Does the work between the marks, and nothing else: what NVIDIA's profilers are shown. */
    public static void runBare(CudaBackend backend, Settings settings, DeviceProfileSpec spec, float[] object) {
        try (DeviceWork work = spec.open(backend, object)) {
            new DeviceProfiler(backend, settings).run(work, false, true);
        }
    }

    /**
     * Profiles on a device, which is borrowed.
     *
     * @param object amplitudes of the workload's object
     */
    public void run(
            CudaBackend backend,
            DeviceProfileSpec spec,
            float[] object,
            boolean timeline,
            boolean nvtx,
            JsonNode environment) {
        String description;
        try (DeviceWork work = spec.open(backend, object)) {
            description = work.description();
            curve = work.curveOf();
            pass = new DeviceProfiler(backend, settings).run(work, timeline, nvtx);
        }
        List<DeviceTimes> times = DeviceTimes.of(pass.activities());
        Double busy = pass.activities().isEmpty() ? null : DeviceTimes.busyNanos(pass.activities()) * 1e-9;
        profile = new DeviceProfile(
                DeviceProfile.SCHEMA,
                "measured",
                "profile",
                folder.runId(),
                folder.shownPath(),
                folder.startedAt().toString(),
                backend.description(),
                spec.workload(),
                spec.variant(),
                description,
                pass.seconds(),
                RangeStatistics.of(pass.ranges()),
                times,
                spec.isTraining() ? DeviceStages.seconds(times) : Map.of(),
                busy,
                pass.dropped(),
                backend.peakDeviceBytes(),
                List.of(),
                remarks(timeline),
                environment);
    }

    private List<String> remarks(boolean timeline) {
        List<String> remarks = new ArrayList<>(pass.remarks());
        if (!timeline) {
            remarks.add("no timeline of kernels: --no-timeline was given");
        } else if (pass.remarks().isEmpty() && pass.activities().isEmpty()) {
            remarks.add("no timeline of kernels: CUPTI recorded nothing");
        }
        return remarks;
    }

    /**
     * Runs NVIDIA's profilers that are here on the same work; the device is not in use any more.
     *
     * @param run whether to run them, or only to tell how
     * @param launcher starts Fizeau
     * @param arguments of a bare profile of the same work
     */
    public void runTools(boolean run, Path launcher, List<String> arguments) {
        List<ProfilerTool.Run> runs = new ArrayList<>();
        Path place = folder.resolve(ProfileFiles.FOLDER);
        try {
            Files.createDirectories(place);
        } catch (IOException failure) {
            throw new UncheckedIOException("cannot make " + place, failure);
        }
        for (ProfilerTool tool : ProfilerTool.values()) {
            String shown = folder.shownPath() + "/" + ProfileFiles.FOLDER;
            runs.add(
                    run
                            ? tool.run(settings, launcher, arguments, place.toAbsolutePath(), shown)
                            : tool.notRun(launcher, arguments, shown));
            if (Files.isRegularFile(place.resolve(tool.report()))) {
                folder.add(ProfileFiles.FOLDER + "/" + tool.report());
            }
        }
        profile = profile.withTools(runs);
    }

    /** Writes everything and returns the record. */
    public DeviceProfile write() {
        folder.writeJson(
                TRACE,
                ChromeTrace.of(
                        "fizeau profile",
                        ProcessHandle.current().pid(),
                        "host",
                        pass.startedAt(),
                        new ChromeTrace.Counter(curve, "loss"),
                        pass.ranges(),
                        DeviceTimes.tracks(pass.activities(), pass.originNanos())));
        DeviceProfileText text = new DeviceProfileText(profile);
        folder.writeText(DEVICE, text.deviceTimeSummary());
        folder.writeText(MEMORY, text.memorySummary());
        folder.writeText(TOOLS, text.tools());
        folder.writeJson(RESULT, profile);
        folder.writeText(SUMMARY, text.summary());
        return profile;
    }
}
