// SPDX-License-Identifier: Apache-2.0
package fizeau.bench.pinn;

import com.fasterxml.jackson.databind.JsonNode;
import fizeau.bench.eager.PythonPeer;
import fizeau.bench.files.Json;
import fizeau.bench.protocol.JobFailure;
import fizeau.bench.protocol.JobFailure.JobFailedException;
import fizeau.pinn.CollocationProblem;
import fizeau.pinn.CollocationProblem.Sample;
import fizeau.pinn.LowRankNetwork;
import fizeau.pinn.PolynomialOperator;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/** The same training by torch in a Python process, compiled or not, on the same numbers: an optional yardstick. */
final class PinnPeer {
    private static final String SCRIPT = "pinn_peer.py";
    private static final Duration LIMIT = Duration.ofHours(4);

    private final PinnVariant variant;
    private final PinnPlace place;
    private final PythonPeer peer;

    PinnPeer(PinnVariant variant, PinnPlace place) {
        this.variant = variant;
        this.place = place;
        this.peer =
                new PythonPeer(Optional.ofNullable(place.python()).map(Path::of), Map.of("OMP_WAIT_POLICY", "passive"));
    }

    /**
     * A finished training; {@code field} is the physical field at the grid's points afterwards.
     *
     * @param peakDeviceBytes that torch allocated at most; 0 on a CPU
     */
    record Trained(
            String torch,
            String device,
            int threads,
            double firstStepSeconds,
            double warmUpSeconds,
            List<Double> losses,
            List<Double> stepMillis,
            List<Double> field,
            long peakDeviceBytes) {

        float[] fieldArray() {
            float[] values = new float[field.size()];
            for (int i = 0; i < values.length; i++) {
                values[i] = field.get(i).floatValue();
            }
            return values;
        }
    }

    /** Trains from the initial weights; throws {@link JobFailedException} with the script's last line when it fails. */
    Trained train(PinnSetup setup, PinnWorkload workload, int epochs, int warmUp) {
        Path folder = null;
        try {
            folder = Files.createTempDirectory("fizeau-pinn-peer");
            Path result = folder.resolve("result.json");
            Path job = write(setup, workload, epochs, warmUp, folder);
            Optional<String> failure =
                    peer.runScript(SCRIPT, folder, LIMIT, List.of(job.toString(), "--result", result.toString()));
            if (failure.isPresent()) {
                throw new JobFailedException(new JobFailure(variant.word(), 0, failure.get(), false));
            }
            return parse(Json.readTree(result));
        } catch (IOException e) {
            throw new UncheckedIOException("the peer's files cannot be written", e);
        } finally {
            delete(folder);
        }
    }

    /** Writes the job and its arrays; returns the job file. */
    Path write(PinnSetup setup, PinnWorkload workload, int epochs, int warmUp, Path folder) throws IOException {
        CollocationProblem problem = setup.problem();
        LowRankNetwork network = setup.network();
        Map<String, Object> job = new LinkedHashMap<>();
        job.put("version", 1);
        job.put("mode", variant == PinnVariant.COMPILE ? "compile" : "eager");
        job.put("device", place.device());
        job.put("read_every", place.stepsOfReading());
        job.put("samples", problem.samples().size());
        job.put("points", problem.points());
        job.put("width", network.width());
        job.put("epochs", epochs);
        job.put("warm_up", warmUp);
        job.put("threads", place.threads());
        job.put("learning_rate", workload.learningRate());
        job.put("weight_decay", workload.weightDecay());
        job.put("mean", problem.mean());
        job.put("scale", problem.scale());
        job.put(
                "second",
                problem.second() == null
                        ? List.of(0, 0)
                        : List.of(problem.second().xx(), problem.second().tt()));
        job.put("edge_points", problem.edgePoints());
        job.put("pairs", problem.pairs().count());
        job.put("lower_x", problem.pairs().lowerX());
        job.put("upper_x", problem.pairs().upperX());
        floats(folder, "x", List.of(problem.x()));
        floats(folder, "t", List.of(problem.t()));
        floats(folder, "edges", List.of(problem.edges()));
        floats(folder, "pair_t", List.of(problem.pairs().t()));
        floats(folder, "truth", problem.samples().stream().map(Sample::truth).toList());
        floats(folder, "source", problem.samples().stream().map(Sample::source).toList());
        floats(
                folder,
                "coefficients",
                problem.samples().stream()
                        .map(sample -> coefficients(sample.operator()))
                        .toList());
        floats(folder, "columns", List.of(network.columns()));
        floats(folder, "rows", List.of(network.rows()));
        floats(folder, "trainable", List.of(setup.initialParameters()));
        Path file = folder.resolve("job.json");
        Json.write(file, job);
        return file;
    }

    private static float[] coefficients(PolynomialOperator o) {
        return new float[] {o.ut(), o.ux(), o.uux(), o.second(), o.u1(), o.u3()};
    }

    private static void floats(Path folder, String name, List<float[]> parts) throws IOException {
        int count = parts.stream().mapToInt(part -> part.length).sum();
        ByteBuffer bytes = ByteBuffer.allocate(Float.BYTES * count).order(ByteOrder.LITTLE_ENDIAN);
        parts.forEach(part -> {
            for (float value : part) {
                bytes.putFloat(value);
            }
        });
        Files.write(folder.resolve(name + ".f32"), bytes.array());
    }

    private static Trained parse(JsonNode result) {
        return new Trained(
                result.path("torch").asText(),
                result.path("device").asText(),
                result.path("threads").asInt(),
                result.path("first_step_seconds").asDouble(),
                result.path("warm_up_seconds").asDouble(),
                numbers(result.path("losses")),
                numbers(result.path("step_ms")),
                numbers(result.path("field")),
                result.path("peak_device_bytes").asLong(0));
    }

    private static List<Double> numbers(JsonNode array) {
        List<Double> values = new ArrayList<>();
        array.forEach(value -> values.add(value.asDouble()));
        return values;
    }

    private static void delete(Path folder) {
        if (folder == null) {
            return;
        }
        try (Stream<Path> files = Files.walk(folder)) {
            files.sorted(Comparator.reverseOrder())
                    .forEach(file -> file.toFile().delete());
        } catch (IOException e) {
            throw new UncheckedIOException("cannot remove temporary folder " + folder, e);
        }
    }
}
