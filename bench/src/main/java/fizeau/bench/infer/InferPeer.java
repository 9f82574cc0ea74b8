// SPDX-License-Identifier: Apache-2.0
package fizeau.bench.infer;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import fizeau.bench.environment.ChildProcess;
import fizeau.bench.files.Json;
import fizeau.bench.files.TemporaryFolder;
import fizeau.bench.ops.Agreement;
import fizeau.bench.protocol.Interference;
import fizeau.bench.protocol.Job;
import fizeau.bench.protocol.JobFailure;
import fizeau.bench.protocol.JobFailure.JobFailedException;
import fizeau.bench.protocol.JobReport;
import fizeau.bench.protocol.MemoryUse;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Runs a network in a Python process on the same files. A process that crashes, hangs or prints garbage is a failure. */
public final class InferPeer {
    private static final String SCRIPT = "infer_peer.py";
    private static final Duration PROBE_LIMIT = Duration.ofMinutes(2); // a first import of torch can take a minute
    private static final int COMPLAINTS = 12;

    private final Path python;
    private final Duration limit;

    /** @param limit after which a process is ended */
    public InferPeer(Path python, Duration limit) {
        this.python = python;
        this.limit = limit;
    }

    /** Empty when this Python can import a module; otherwise why it cannot serve. */
    public Optional<String> unavailability(String module) {
        Duration shorter = limit.compareTo(PROBE_LIMIT) < 0 ? limit : PROBE_LIMIT;
        ChildProcess.Answer answer =
                ask(Path.of(""), shorter, 1, List.of("-c", "import " + module + "; print(" + module + ".__version__)"));
        return answer.succeeded()
                ? Optional.empty()
                : Optional.of("Python's " + module + " cannot be imported: " + answer.text());
    }

    /** Runs a job; throws {@link JobFailedException} with the tail of its complaints when there is no result. */
    public JobReport run(Job job) {
        InferJob settings = Json.value(job.settings(), InferJob.class);
        long began = System.nanoTime();
        try (TemporaryFolder folder = TemporaryFolder.create("fizeau-peer-")) {
            Path result = folder.path().resolve("result.json");
            Path output = folder.path().resolve("output.f32");
            Path file = folder.path().resolve("job.json");
            ObjectNode all = (ObjectNode) job.settings().deepCopy();
            Network network = settings.network();
            all.put("version", 1).put("kind", network.kind()).put("output", output.toString());
            all.set("network", Json.tree(network));
            Json.write(file, all);
            ChildProcess.Answer answer = ask(
                    folder.path(),
                    limit,
                    COMPLAINTS,
                    List.of(unpack(folder.path()).toString(), file.toString(), "--result", result.toString()));
            if (!answer.succeeded()) {
                throw failure(job, answer.text());
            }
            double wall = (System.nanoTime() - began) * 1e-9;
            return report(job, settings, Json.readTree(result), output, wall);
        } catch (IllegalArgumentException garbage) {
            throw failure(job, "its result cannot be understood: " + garbage.getMessage());
        } catch (IOException e) {
            throw failure(job, "its files cannot be written or read: " + e.getMessage());
        }
    }

    private static JobReport report(Job job, InferJob settings, JsonNode result, Path output, double wall)
            throws IOException {
        InferOutcome outcome = result.hasNonNull("trouble")
                ? InferOutcome.without(Json.value(result.path("trouble"), InferOutcome.Trouble.class))
                : outcome(settings, result, output);
        double timed =
                outcome.millis().stream().mapToDouble(Double::doubleValue).sum() * 1e-3;
        JobReport.Phases phases =
                new JobReport.Phases(0, Math.max(0, wall - timed), 0, settings.warmUps(), true, timed);
        return new JobReport(job.variant(), job.round(), phases, MemoryUse.NONE, Interference.NONE, Json.tree(outcome));
    }

    private static InferOutcome outcome(InferJob settings, JsonNode result, Path output) throws IOException {
        float[] scores = scores(output, settings);
        float[] expected = TensorFile.open(Path.of(settings.expected())).array(InferJob.OUTPUT);
        Agreement agreement = Answers.compare(scores, expected, NumberFormat.parse(settings.dtype()));
        return new InferOutcome(
                result.path("library").asText("?"),
                result.path("threads").asText("?"),
                agreement,
                number(result, "prepareMillis"),
                number(result, "firstCallMillis"),
                agreement.passed() ? samples(result) : List.of(),
                List.of(),
                bytes(result, "workingBytes"),
                bytes(result, "deviceBytes"),
                bytes(result, "residentBytes"),
                List.of(),
                null);
    }

    private static float[] scores(Path output, InferJob settings) throws IOException {
        int count = Math.toIntExact(settings.network().outputCount());
        byte[] bytes = Files.isRegularFile(output) ? Files.readAllBytes(output) : new byte[0];
        if (bytes.length != Float.BYTES * count) {
            throw new IllegalArgumentException(
                    "it wrote " + bytes.length / Float.BYTES + " scores where " + count + " belong");
        }
        float[] scores = new float[count];
        ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN).asFloatBuffer().get(scores);
        return scores;
    }

    private static List<Double> samples(JsonNode result) {
        List<Double> samples = new ArrayList<>();
        result.path("millis").forEach(value -> samples.add(value.isNumber() ? value.asDouble() : Double.NaN));
        if (samples.isEmpty() || !samples.stream().allMatch(sample -> sample > 0 && Double.isFinite(sample))) {
            throw new IllegalArgumentException("field millis holds no list of times");
        }
        return samples;
    }

    private static double number(JsonNode result, String field) {
        double value = result.path(field).asDouble(Double.NaN);
        if (!Double.isFinite(value)) {
            throw new IllegalArgumentException("field " + field + " holds no number");
        }
        return value;
    }

    private static Long bytes(JsonNode result, String field) {
        return result.path(field).isNumber() ? (Long) result.path(field).asLong() : null;
    }

    private static Path unpack(Path folder) {
        Path script = folder.resolve(SCRIPT);
        try (InputStream source = InferPeer.class.getResourceAsStream("/peers/" + SCRIPT)) {
            if (source == null) {
                throw new IllegalStateException("resource peers/" + SCRIPT + " is missing from the class path");
            }
            Files.copy(source, script);
            return script;
        } catch (IOException e) {
            throw new UncheckedIOException("cannot write " + script + ": " + e.getMessage(), e);
        }
    }

    private ChildProcess.Answer ask(Path folder, Duration within, int complaints, List<String> arguments) {
        List<String> command = new ArrayList<>();
        command.add(python.toString());
        command.addAll(arguments);
        Map<String, String> variables = Map.of(
                "TORCHINDUCTOR_COMPILE_THREADS",
                "1", // a pool of compiling processes would outlive a peer that is ended
                "TORCHINDUCTOR_CACHE_DIR",
                folder.resolve("inductor").toString()); // so that every process compiles anew
        return ChildProcess.ask(folder, variables, within, command, complaints);
    }

    private static JobFailedException failure(Job job, String what) {
        String reason = job.variant() + (job.round() > 0 ? " in round " + job.round() : "") + " failed: " + what;
        return new JobFailedException(new JobFailure(job.variant(), job.round(), reason, false));
    }
}
