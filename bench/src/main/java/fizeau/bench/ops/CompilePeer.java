// SPDX-License-Identifier: Apache-2.0
package fizeau.bench.ops;

import com.fasterxml.jackson.databind.JsonNode;
import fizeau.bench.environment.ChildProcess;
import fizeau.bench.files.Json;
import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
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
import java.util.stream.Stream;

/**
 * Python's {@code torch.compile} on the same inputs and weights, in a process of its own. Without torch the row is
 * unavailable; a peer that crashes, hangs or prints something else is a failed row.
 */
final class CompilePeer {
    private static final String SCRIPT = "operator_peer.py";
    private static final Duration PROBE_LIMIT = Duration.ofMinutes(2); // a first import of torch can take a minute
    private static final double COMPILE_SECONDS = 300;
    private static final int POSITIONS = 256;

    private final OpsSettings settings;

    CompilePeer(OpsSettings settings) {
        this.settings = settings;
    }

    MethodRow row(OperatorCase one) {
        if (!(one.shape() instanceof OperatorShape shape)) {
            return without(one, MethodRow.UNAVAILABLE, "the Python peer computes operators, not models");
        }
        ChildProcess.Answer probe = ask(PROBE_LIMIT, List.of("-c", "import torch; print(torch.__version__)"));
        if (!probe.succeeded()) {
            return without(one, MethodRow.UNAVAILABLE, "torch for Python is not here: " + probe.text());
        }
        try {
            Path folder = Files.createTempDirectory("fizeau-peer-");
            try {
                return run(one, shape, folder);
            } finally {
                delete(folder);
            }
        } catch (IOException e) {
            return without(one, MethodRow.FAILED, "the peer's files cannot be written or read: " + e.getMessage());
        }
    }

    private MethodRow run(OperatorCase one, OperatorShape shape, Path folder) throws IOException {
        long[] positions = DoubleReference.positions(shape, POSITIONS);
        Path script = unpack(folder);
        Path job = writeJob(shape, positions, folder);
        Path result = folder.resolve("result.json");
        Duration limit = Duration.ofSeconds((long) (COMPILE_SECONDS + 3 * settings.maxSeconds()));
        ChildProcess.Answer answer =
                ask(limit, List.of(script.toString(), job.toString(), "--result", result.toString()));
        if (!answer.succeeded()) {
            return without(one, MethodRow.FAILED, answer.text());
        }
        try {
            JsonNode read = Json.readTree(result);
            List<Double> values = numbers(read, "values", positions.length);
            Agreement agreement = agreement(shape, positions, values);
            if (!agreement.passed()) {
                return without(one, MethodRow.FAILED, "its output is wrong: " + agreement.sentence());
            }
            double[] millis = numbers(read, "millis", -1).stream()
                    .mapToDouble(Double::doubleValue)
                    .toArray();
            return MethodRow.ofSamples(Method.COMPILE, one, settings.workload(one), millis);
        } catch (IllegalArgumentException garbage) {
            return without(one, MethodRow.FAILED, "the peer's result cannot be understood: " + garbage.getMessage());
        }
    }

    private Agreement agreement(OperatorShape shape, long[] positions, List<Double> values) {
        DoubleReference reference =
                new DoubleReference(shape, settings.protocol().seed());
        double worst = 0;
        double largest = 0;
        for (int i = 0; i < positions.length; i++) {
            double expected = reference.at(positions[i]);
            worst = Math.max(worst, Math.abs(values.get(i) - expected));
            largest = Math.max(largest, Math.abs(expected));
        }
        return new Agreement(
                "the textbook formula in double precision",
                positions.length,
                shape.outputCount(),
                worst,
                largest,
                Agreement.TOLERANCE);
    }

    /** @param count of numbers expected, or -1 for at least one */
    private static List<Double> numbers(JsonNode result, String field, int count) {
        JsonNode array = result.path(field);
        List<Double> numbers = new ArrayList<>();
        array.forEach(value -> numbers.add(value.isNumber() ? value.asDouble() : Double.NaN));
        boolean rightCount = count < 0 ? !numbers.isEmpty() : numbers.size() == count;
        if (!array.isArray() || !rightCount || !numbers.stream().allMatch(Double::isFinite)) {
            throw new IllegalArgumentException("field " + field + " holds no list of the expected numbers");
        }
        return numbers;
    }

    private Path writeJob(OperatorShape shape, long[] positions, Path folder) throws IOException {
        List<Parameter> parameters = shape.parameters(settings.protocol().seed());
        List<Map<String, Object>> arrays = new ArrayList<>();
        for (Parameter parameter : parameters) {
            String file = parameter.name() + ".f32";
            writeArray(parameter, folder.resolve(file));
            Map<String, Object> array = new LinkedHashMap<>();
            array.put("name", parameter.name());
            array.put("dims", parameter.dims());
            array.put("file", file);
            arrays.add(array);
        }
        Map<String, Object> job = new LinkedHashMap<>();
        job.put("version", 1);
        job.put("operator", shape.getClass().getSimpleName());
        job.put("arrays", arrays);
        job.put("positions", positions);
        job.put("threads", settings.cores());
        job.put("warm_ups", settings.warmUps());
        job.put("runs", settings.runs());
        job.put("seconds", settings.maxSeconds());
        Path file = folder.resolve("job.json");
        Json.write(file, job);
        return file;
    }

    private static void writeArray(Parameter parameter, Path file) throws IOException {
        int most = 1 << 16;
        float[] part = new float[most];
        ByteBuffer bytes = ByteBuffer.allocate(Float.BYTES * most).order(ByteOrder.LITTLE_ENDIAN);
        try (OutputStream out = new BufferedOutputStream(Files.newOutputStream(file))) {
            for (long from = 0; from < parameter.count(); from += most) {
                int count = (int) Math.min(most, parameter.count() - from);
                parameter.values().fill(part, from, count);
                bytes.clear().asFloatBuffer().put(part, 0, count);
                out.write(bytes.array(), 0, Float.BYTES * count);
            }
        }
    }

    private static Path unpack(Path folder) throws IOException {
        Path script = folder.resolve(SCRIPT);
        try (InputStream source = CompilePeer.class.getResourceAsStream("/peers/" + SCRIPT)) {
            if (source == null) {
                throw new IOException("resource peers/" + SCRIPT + " is missing from the class path");
            }
            Files.copy(source, script);
        }
        return script;
    }

    private ChildProcess.Answer ask(Duration limit, List<String> arguments) {
        List<String> command = new ArrayList<>();
        command.add(settings.python().toString());
        command.addAll(arguments);
        return ChildProcess.ask(Path.of(""), Map.of(), limit, command);
    }

    private MethodRow without(OperatorCase one, String kind, String reason) {
        return MethodRow.without(Method.COMPILE, one, settings.workload(one), kind, reason);
    }

    private static void delete(Path folder) throws IOException {
        try (Stream<Path> files = Files.walk(folder)) {
            for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
                Files.delete(file);
            }
        }
    }
}
