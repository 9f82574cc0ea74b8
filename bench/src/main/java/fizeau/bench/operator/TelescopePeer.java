// SPDX-License-Identifier: Apache-2.0
package fizeau.bench.operator;

import com.fasterxml.jackson.databind.JsonNode;
import fizeau.bench.eager.PythonPeer;
import fizeau.bench.files.Json;
import fizeau.bench.files.TemporaryFolder;
import fizeau.bench.protocol.Interference;
import fizeau.bench.protocol.Job;
import fizeau.bench.protocol.JobFailure;
import fizeau.bench.protocol.JobFailure.JobFailedException;
import fizeau.bench.protocol.JobReport;
import fizeau.bench.protocol.MemoryUse;
import fizeau.optics.Mask;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** PyTorch's and JAX's side of the table, in processes of their own, with the same data, parts, times and checks as ours. */
public final class TelescopePeer {
    private static final String SCRIPT = "telescope_peer.py";
    private static final Duration PROBE_LIMIT = Duration.ofMinutes(2); // a first import of torch can take a minute
    private static final double SECONDS_BESIDE = 900; // torch.compile of every case

    private final PythonPeer python;

    public TelescopePeer(PythonPeer python) {
        this.python = python;
    }

    /** Why this Python cannot serve on a device with a library, {@code torch} or {@code jax}; or empty. */
    public Optional<String> unavailability(String device, String library) {
        try (TemporaryFolder folder = TemporaryFolder.create("fizeau-peer-")) {
            return python.runScript(
                    SCRIPT, folder.path(), PROBE_LIMIT, List.of("--probe", device, "--library", library));
        }
    }

    /**
     * Runs a job of a peer.
     *
     * @throws JobFailedException where it gave no result
     */
    JobReport run(Job job) {
        OperatorJob given = Json.value(job.settings(), OperatorJob.class);
        OperatorMethod method = OperatorMethod.of(given.method());
        long began = System.nanoTime();
        try (TemporaryFolder folder = TemporaryFolder.create("fizeau-peer-")) {
            Path result = folder.path().resolve("result.json");
            Path file = write(given, method, folder.path());
            int rows = Direction.values().length * given.setting().cases().size();
            Duration limit = Duration.ofSeconds(
                    (long) (SECONDS_BESIDE + rows * (2 * given.secondsPerRow() + 4 * given.longestCallSeconds())));
            Optional<String> failure = python.runScript(
                    SCRIPT, folder.path(), limit, List.of(file.toString(), "--result", result.toString()));
            if (failure.isPresent()) {
                throw failed(job, failure.get());
            }
            OperatorOutcome outcome = read(given, Json.readTree(result));
            return new JobReport(
                    job.variant(),
                    job.round(),
                    new JobReport.Phases(0, 0, 0, 0, true, (System.nanoTime() - began) * 1e-9),
                    MemoryUse.NONE,
                    Interference.NONE,
                    Json.tree(outcome));
        } catch (IOException e) {
            throw failed(job, "its files cannot be written or read: " + e.getMessage());
        } catch (IllegalArgumentException garbage) {
            throw failed(job, "its result cannot be understood: " + garbage.getMessage());
        }
    }

    private static JobFailedException failed(Job job, String reason) {
        return new JobFailedException(new JobFailure(
                job.variant(), job.round(), job.variant() + " in round " + job.round() + " failed: " + reason, false));
    }

    private static Path write(OperatorJob job, OperatorMethod method, Path folder) throws IOException {
        OperatorSetting setting = job.setting();
        List<float[]> objects = new ArrayList<>();
        for (int i = 0; i < OperatorData.OBJECTS; i++) {
            objects.add(OperatorData.object(setting, i));
        }
        floats(folder, "objects.f32", objects);
        for (int size : setting.sizes()) {
            floats(folder, gradientFile(size), List.of(OperatorData.amplitudeGradient(setting, size)));
            for (String word : List.of(OperatorSetting.FIRST, OperatorSetting.LAST)) {
                floats(folder, maskFile(size, word), List.of(samples(setting.mask(size, word))));
            }
        }
        List<Map<String, Object>> cases = new ArrayList<>();
        for (OperatorSetting.Case one : setting.cases()) {
            List<OperatorJob.Check> checks = job.checks(one);
            Map<String, Object> entry = new LinkedHashMap<>();
            entry.put("index", cases.size());
            entry.put("image_size", one.imageSize());
            entry.put("batch", one.batch());
            entry.put("mask", one.mask());
            entry.put("part", job.part(one));
            entry.put("mask_file", maskFile(one.imageSize(), one.mask()));
            entry.put("gradient_file", gradientFile(one.imageSize()));
            entry.put("checked", checks.stream().map(OperatorJob.Check::object).toList());
            entry.put("positions", checks.get(0).positions());
            entry.put("object_positions", checks.get(0).objectPositions());
            cases.add(entry);
        }
        Map<String, Object> document = new LinkedHashMap<>();
        document.put("version", 1);
        document.put("device", method.device().equals("cuda") ? "cuda:" + job.device() : method.device());
        document.put("mode", method.word());
        document.put("threads", job.threads());
        document.put("object_size", setting.objectSize());
        document.put("objects", "objects.f32");
        document.put("seconds", job.secondsPerRow());
        document.put("longest_call", job.longestCallSeconds());
        document.put("cases", cases);
        Path file = folder.resolve("job.json");
        Json.write(file, document);
        return file;
    }

    private static String maskFile(int size, String word) {
        return "mask-" + size + "-" + word + ".f32";
    }

    private static String gradientFile(int size) {
        return "gradient-" + size + ".f32";
    }

    private static float[] samples(Mask mask) {
        float[] samples = new float[mask.shape().count()];
        for (int i = 0; i < samples.length; i++) {
            samples[i] = mask.isOpen(i) ? 1 : 0;
        }
        return samples;
    }

    private static void floats(Path folder, String name, List<float[]> arrays) throws IOException {
        int count = arrays.stream().mapToInt(array -> array.length).sum();
        ByteBuffer bytes = ByteBuffer.allocate(Float.BYTES * count).order(ByteOrder.LITTLE_ENDIAN);
        arrays.forEach(array -> {
            for (float value : array) {
                bytes.putFloat(value);
            }
        });
        Files.write(folder.resolve(name), bytes.array());
    }

    private static OperatorOutcome read(OperatorJob job, JsonNode result) {
        List<OperatorSetting.Case> cases = job.setting().cases();
        List<OperatorOutcome.Timing> rows = new ArrayList<>();
        for (JsonNode row : result.path("rows")) {
            OperatorSetting.Case one = cases.get(row.path("case").asInt(-1));
            Direction direction = Direction.parse(row.path("direction").asText());
            rows.add(
                    row.hasNonNull("reason")
                            ? OperatorOutcome.Timing.without(
                                    one, direction, row.path("reason").asText())
                            : timing(job, one, direction, row));
        }
        if (rows.size() != Direction.values().length * cases.size()) {
            throw new IllegalArgumentException("it has " + rows.size() + " rows");
        }
        return new OperatorOutcome(result.path("description").asText(), rows, null);
    }

    private static OperatorOutcome.Timing timing(
            OperatorJob job, OperatorSetting.Case one, Direction direction, JsonNode row) {
        List<OperatorJob.Check> checks = job.checks(one);
        ResultCheck check = new ResultCheck(checks);
        double error = 0;
        for (int c = 0; c < checks.size(); c++) {
            error = Math.max(
                    error,
                    check.worst(
                            direction, checks.get(c), numbers(row.path("values").path(c))));
        }
        if (!(error <= check.tolerance(direction))) {
            return OperatorOutcome.Timing.wrong(one, direction, error, check.tolerance(direction));
        }
        List<Double> millis = numbers(row.path("millis"));
        if (millis.isEmpty() || !millis.stream().allMatch(value -> value > 0 && Double.isFinite(value))) {
            throw new IllegalArgumentException("a row has no times");
        }
        return new OperatorOutcome.Timing(
                one, direction, millis, row.path("calls").asInt(1), job.part(one), error, false, null);
    }

    private static List<Double> numbers(JsonNode array) {
        List<Double> numbers = new ArrayList<>();
        array.forEach(value -> numbers.add(value.isNumber() ? value.asDouble() : Double.NaN));
        return numbers;
    }
}
