// SPDX-License-Identifier: Apache-2.0
package fizeau.bench.profile;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import fizeau.backend.cuda.CudaBackend;
import fizeau.backend.cuda.PretendCudaExtension;
import fizeau.backend.cuda.raw.DeviceActivity;
import fizeau.backend.cuda.raw.DeviceActivity.Kind;
import fizeau.backend.selection.DeviceName;
import fizeau.bench.files.Json;
import fizeau.bench.files.RunFolder;
import fizeau.bench.trace.ChromeTrace;
import fizeau.bench.trace.RangeStatistics;
import fizeau.bench.trace.TraceFormat;
import fizeau.bench.training.VariantSpec;
import fizeau.bench.workload.Workload;
import fizeau.kernels.PretendCuda;
import fizeau.nativeconfig.Settings;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A profile on the pretend device, from its run to its files. */
@ExtendWith(PretendCudaExtension.class)
class DeviceProfileTest {

    private static final int SAMPLES = 2;
    private static final int EPOCHS = 3;
    private static final Workload WORKLOAD =
            new Workload("custom", 16, 32, 4, "fermat", 8, SAMPLES, EPOCHS, 1e-3, 1, "built-in", "");

    @TempDir
    Path place;

    private final PretendCuda machine;

    DeviceProfileTest(PretendCuda machine) {
        this.machine = machine;
    }

    private static float[] object() {
        float[] object = new float[16 * 16];
        Arrays.fill(object, 0.5f);
        return object;
    }

    /** A profiler that looks for its report's name, runs the program it is given, and writes the report. */
    private Settings withTools() throws IOException {
        Path tools = Files.createDirectories(place.resolve("tools"));
        for (ProfilerTool tool : ProfilerTool.values()) {
            String script = """
                    #!/bin/sh
                    for word in "$@"; do
                        case $word in
                            --output=* | --export=*) report=${word#*=} ;;
                            */bench/run) break ;;
                        esac
                        shift
                    done
                    "$@" >"$report.%s" || exit
                    """.formatted(tool.report().substring(tool.report().indexOf('.') + 1));
            executable(tools.resolve(tool.program()), script);
        }
        return new Settings(
                Map.of("PATH", tools.toString()),
                machine.settings().properties(),
                machine.settings().root());
    }

    private static Path executable(Path file, String script) throws IOException {
        Files.writeString(file, script);
        return Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rwxr-xr-x"));
    }

    @Test
    void hostAndDeviceAreInOneTrace() throws IOException {
        PretendCudaExtension.assumeItsCuptiCameFirst(machine);
        RunFolder run = RunFolder.create(place, "profile", Instant.now());
        DeviceProfileFiles files = new DeviceProfileFiles(run, withTools());
        try (CudaBackend backend = CudaBackend.open(machine.settings(), 0)) {
            files.run(backend, DeviceProfileSpec.operator(WORKLOAD), object(), true, false, Json.tree(List.of()));
        }
        Path home = Files.createDirectories(place.resolve("bench"));
        Path launcher = executable(home.resolve("run"), "#!/bin/sh\necho \"$@\"\n");
        files.runTools(true, launcher, List.of("profile", "--device", "cuda", "--epochs=7", "--bare"));
        DeviceProfile profile = files.write();
        run.finish();

        int iterations = SAMPLES * EPOCHS;
        assertThat(profile.remarks()).isEmpty();
        assertThat(profile.description()).contains("pretend device");
        DeviceTimes rows = times(profile, "row_amplitude");
        assertThat(rows.kind()).isEqualTo("kernel");
        // Both masks of an iteration share a launch, unless one box is much larger than the other.
        assertThat(rows.calls()).isBetween(iterations, 2 * iterations);
        assertThat(profile.deviceBusySeconds()).isPositive().isLessThanOrEqualTo(profile.seconds());
        assertThat(profile.peakDeviceBytes()).isGreaterThan(32 * 32 * Float.BYTES);

        Path folder = run.path().resolve(ProfileFiles.FOLDER);
        JsonNode trace = Json.readTree(folder.resolve("trace.json"));
        assertThat(TraceFormat.violations(trace)).isEmpty();
        double first = Double.MAX_VALUE;
        double last = 0;
        int kernels = 0;
        for (JsonNode event : trace.path("traceEvents")) {
            if (event.path("name").asText().equals("sample")) {
                first = Math.min(first, event.path("ts").asDouble());
                last = event.path("ts").asDouble() + event.path("dur").asDouble();
            }
        }
        for (JsonNode event : trace.path("traceEvents")) {
            if (event.path("name").asText().equals("row_amplitude")) {
                kernels++;
                assertThat(event.path("tid").asInt()).isNotEqualTo(1);
                assertThat(event.path("ts").asDouble()).isBetween(first - 100, last + 100); // microseconds
            }
        }
        assertThat(kernels).isEqualTo(rows.calls());
        assertThat(Files.readString(folder.resolve("device_time_summary.txt")))
                .contains("row_amplitude", "device busy");
        assertThat(Files.readString(folder.resolve("cuda_memory_summary.txt")))
                .contains(profile.peakDeviceBytes() + " bytes");
        assertThat(Json.readTree(run.path().resolve("result.json"))
                        .path("schema")
                        .asText())
                .isEqualTo(DeviceProfile.SCHEMA);

        String shown = profile.folder() + "/profiling";
        assertThat(profile.tools())
                .extracting(ProfilerTool.Run::command)
                .containsExactly(
                        "nsys profile --trace=cuda,nvtx --cuda-graph-trace=node --capture-range=cudaProfilerApi"
                                + " --capture-range-end=stop --force-overwrite=true --output=" + shown
                                + "/nsys bench/run profile --device cuda --epochs=7 --bare",
                        "ncu --target-processes=all --profile-from-start=off --set=full --launch-count=40"
                                + " --force-overwrite --export=" + shown
                                + "/ncu bench/run profile --device cuda --bare --samples 1 --epochs 1");
        assertThat(profile.tools())
                .extracting(ProfilerTool.Run::outcome)
                .containsExactly("wrote nsys.nsys-rep", "wrote ncu.ncu-rep");
        assertThat(Files.readString(folder.resolve("nsys.nsys-rep")))
                .isEqualTo("profile --device cuda --epochs=7 --bare\n");
        assertThat(Files.readString(folder.resolve("ncu.ncu-rep")))
                .isEqualTo("profile --device cuda --bare --samples 1 --epochs 1\n");
    }

    /** Replayed or launched, every kernel of an iteration has its stage, and the host's ranges say which it was. */
    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void aTrainingIsProfiledStageByStage(boolean graphs) {
        PretendCudaExtension.assumeItsCuptiCameFirst(machine);
        VariantSpec variant = VariantSpec.optimized("cpu", 1).onCuda(DeviceName.parse("cuda"), graphs);
        RunFolder run = RunFolder.create(place, "profile", Instant.now());
        DeviceProfileFiles files = new DeviceProfileFiles(run, machine.settings());
        try (CudaBackend backend = CudaBackend.open(machine.settings(), 0)) {
            files.run(
                    backend,
                    DeviceProfileSpec.training(WORKLOAD, variant, 1),
                    object(),
                    true,
                    false,
                    Json.tree(List.of()));
        }
        files.runTools(false, place.resolve("bench/run"), List.of("profile", "--bare"));
        DeviceProfile profile = files.write();
        run.finish();

        int iterations = SAMPLES * EPOCHS;
        assertThat(profile.remarks()).isEmpty();
        assertThat(profile.work()).startsWith("a training").contains(graphs ? "replayed" : "launched");
        assertThat(times(profile, "training_advance").calls()).isEqualTo(iterations);
        assertThat(profile.deviceStageSeconds().keySet())
                .containsExactly("forward", "telescope", "backward", DeviceStages.OTHER);
        assertThat(profile.device())
                .filteredOn(times -> DeviceStages.of(times.name()).equals(DeviceStages.OTHER))
                .extracting(DeviceTimes::name)
                .as("what no iteration does: targets, their weights, copies, fills")
                .allMatch(name -> name.equals("row_amplitude")
                        || name.equals("target_weight")
                        || name.startsWith("copy")
                        || name.startsWith("fill"));
        Map<String, Integer> calls = profile.ranges().stream()
                .collect(Collectors.toMap(RangeStatistics::name, RangeStatistics::calls, Integer::sum));
        assertThat(calls).containsEntry("sample", SAMPLES).containsEntry("iterations", SAMPLES);
        if (graphs) {
            assertThat(calls).containsKeys("capture", "replay");
        } else {
            assertThat(calls).containsEntry("forward", iterations).containsEntry("optimiser", iterations);
            assertThat(calls).doesNotContainKeys("capture", "replay");
        }
        assertThat(profile.summary()).contains("forward", "telescope", "backward");
    }

    private static DeviceTimes times(DeviceProfile profile, String name) {
        return profile.device().stream()
                .filter(times -> times.name().equals(name))
                .findFirst()
                .orElseThrow();
    }

    @Test
    void absentAndFailingToolsAreTold() throws IOException {
        Path tools = Files.createDirectories(place.resolve("broken"));
        executable(tools.resolve("ncu"), "#!/bin/sh\necho first\necho no permission for counters\nexit 3\n");
        Settings settings = new Settings(
                Map.of("PATH", tools.toString()), machine.settings().properties(), place);
        Path launcher = place.resolve("bundle/run");
        assertThat(ProfilerTool.NSYS
                        .run(settings, launcher, List.of("profile"), place, "shown")
                        .outcome())
                .isEqualTo("unavailable: nsys is not on the path");
        assertThat(ProfilerTool.NCU
                        .run(settings, launcher, List.of("profile"), place, "shown")
                        .outcome())
                .isEqualTo("failed: it ended with exit code 3: no permission for counters");
        executable(tools.resolve("ncu"), "#!/bin/sh\nexit 0\n");
        assertThat(ProfilerTool.NCU
                        .run(settings, launcher, List.of("profile"), place, "shown")
                        .outcome())
                .isEqualTo("failed: it ended without ncu.ncu-rep: it said nothing");
        assertThat(ProfilerTool.NSYS
                        .notRun(launcher, List.of("profile", "--object", "my picture.png"), "shown")
                        .command())
                .endsWith(" bundle/run profile --object 'my picture.png'");
    }

    @Test
    void withoutATimelineTheReasonIsThere() throws IOException {
        RunFolder run = RunFolder.create(place, "profile", Instant.now());
        Settings nothing = new Settings(Map.of(), machine.settings().properties(), place);
        DeviceProfileFiles files = new DeviceProfileFiles(run, nothing);
        try (CudaBackend backend = CudaBackend.open(machine.settings(), 0)) {
            files.run(backend, DeviceProfileSpec.operator(WORKLOAD), object(), true, false, Json.tree(List.of()));
        }
        files.runTools(false, place.resolve("bench/run"), List.of("profile", "--bare"));
        DeviceProfile profile = files.write();
        run.finish();
        assertThat(profile.device()).isEmpty();
        assertThat(profile.deviceBusySeconds()).isNull();
        assertThat(profile.remarks())
                .singleElement()
                .asString()
                .startsWith("no timeline of kernels: libcudart.so.13 is not on this machine");
        Path folder = run.path().resolve(ProfileFiles.FOLDER);
        assertThat(Files.readString(folder.resolve("device_time_summary.txt")))
                .startsWith("unavailable: no timeline of kernels was recorded")
                .contains("libcudart.so.13");
        assertThat(TraceFormat.violations(Json.readTree(folder.resolve("trace.json"))))
                .isEmpty();
        assertThat(Files.readString(folder.resolve("profilers.txt"))).contains("not run: --no-tools was given");
    }

    @Test
    void whatRunsSideBySideCountsOnceAndHasATrackOfItsOwn() {
        List<DeviceActivity> activities = List.of(
                new DeviceActivity(Kind.KERNEL, "a", 7, 0, 1, 100, 200, 0),
                new DeviceActivity(Kind.KERNEL, "b", 7, 3, 2, 150, 180, 0),
                new DeviceActivity(Kind.COPY, "copy to host", 8, 0, 3, 190, 260, 64),
                new DeviceActivity(Kind.KERNEL, "a", 7, 0, 4, 200, 220, 0));
        assertThat(DeviceTimes.busyNanos(activities)).isEqualTo(160);
        List<ChromeTrace.Track> tracks = DeviceTimes.tracks(activities, 100);
        assertThat(tracks)
                .extracting(ChromeTrace.Track::name)
                .containsExactly("device, stream 7", "device, stream 7, beside (1)", "device, stream 8");
        assertThat(tracks.get(0).events())
                .extracting(ChromeTrace.Event::startNanos)
                .containsExactly(0L, 100L);
        assertThat(tracks.get(1).events().get(0).arguments()).containsEntry("graph", 3);
        assertThat(tracks.get(2).events().get(0).arguments()).containsEntry("bytes", 64L);
        assertThat(DeviceTimes.of(activities))
                .containsExactly(
                        new DeviceTimes("a", "kernel", 2, 120, 60, 0),
                        new DeviceTimes("copy to host", "copy", 1, 70, 70, 64),
                        new DeviceTimes("b", "kernel", 1, 30, 30, 0));
    }
}
