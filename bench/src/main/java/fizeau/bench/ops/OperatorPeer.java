// SPDX-License-Identifier: Apache-2.0
package fizeau.bench.ops;

import com.fasterxml.jackson.databind.JsonNode;
import fizeau.bench.environment.ChildProcess;
import fizeau.bench.files.Json;
import fizeau.image.AtomicFile;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Runs the operators' Python script in processes of its own. It computes the same TorchScript source on the same arrays. */
final class OperatorPeer {
    private static final String SCRIPT = "operator_peer.py";
    private static final Duration PROBE_LIMIT = Duration.ofMinutes(2); // a first import of torch can take a minute
    private static final String DEVICE_PROBE =
            "import sys, torch; sys.exit(None if torch.cuda.is_available() else 'it sees no GPU that it can use')";

    private static final int ERROR_LINES = 8;

    private final Path python;
    private ChildProcess.Answer probe;

    /** A peer that gave no result; the message is one sentence. */
    static final class PeerFailedException extends RuntimeException {
        PeerFailedException(String reason) {
            super(reason);
        }
    }

    OperatorPeer(Path python) {
        this.python = python;
    }

    /** Empty when this Python has torch; otherwise the reason why it cannot serve. */
    Optional<String> unavailability() {
        return unavailability(false);
    }

    /**
     * Empty when this Python has torch, and sees a GPU where that is wanted; otherwise the reason why it cannot serve. Asked
     * once: the import takes seconds.
     */
    Optional<String> unavailability(boolean onDevice) {
        if (probe == null) {
            probe = ask(PROBE_LIMIT, List.of("-c", onDevice ? DEVICE_PROBE : "import torch; print(torch.__version__)"));
        }
        return probe.succeeded()
                ? Optional.empty()
                : Optional.of((onDevice
                                ? "torch for Python cannot compute on the device: "
                                : "torch for Python is not here: ")
                        + probe.text());
    }

    /** What the job of every kind says: where arrays and source lie, and which values of the output are wanted. */
    static Map<String, Object> job(String mode, String arrays, String source, long[] positions) {
        Map<String, Object> job = new LinkedHashMap<>();
        job.put("version", 2);
        job.put("mode", mode);
        job.put("arrays", arrays);
        job.put("source", source);
        job.put("positions", positions);
        return job;
    }

    /** Writes a case's arrays and source into a folder, as {@code job} names them. */
    static void writeCase(OperatorCase one, long seed, Path folder, String arrays, String source) {
        SafeTensors.write(folder.resolve(arrays), one.shape().parameters(seed));
        String text = ScriptAlgebra.source(one.shape());
        AtomicFile.write(folder.resolve(source), out -> out.write(text.getBytes(StandardCharsets.UTF_8)));
    }

    /**
     * Runs a job to its end.
     *
     * @param folder takes job, script and result; names in the job are relative to it
     * @param limit the process is ended after this time
     * @throws PeerFailedException when there is no result that can be read
     */
    JsonNode run(Map<String, Object> job, Path folder, Duration limit) {
        Path file = folder.resolve("job.json");
        Path result = folder.resolve("result.json");
        try {
            Files.deleteIfExists(result);
            Path script = unpack(folder);
            Json.write(file, job);
            ChildProcess.Answer answer =
                    ask(limit, List.of(script.toString(), file.toString(), "--result", result.toString()));
            if (!answer.succeeded()) {
                throw new PeerFailedException(answer.text());
            }
            return Json.readTree(result);
        } catch (IllegalArgumentException garbage) {
            throw new PeerFailedException("the peer's result cannot be understood: " + garbage.getMessage());
        } catch (IOException | UncheckedIOException e) {
            throw new PeerFailedException("the peer's files cannot be written or read: " + e.getMessage());
        }
    }

    /**
     * A list of finite numbers in a result.
     *
     * @param count of numbers expected, or -1 for at least one
     * @throws PeerFailedException when it is something else
     */
    static double[] numbers(JsonNode result, String field, int count) {
        JsonNode array = result.path(field);
        List<Double> numbers = new ArrayList<>();
        array.forEach(value -> numbers.add(value.isNumber() ? value.asDouble() : Double.NaN));
        boolean rightCount = count < 0 ? !numbers.isEmpty() : numbers.size() == count;
        if (!array.isArray() || !rightCount || !numbers.stream().allMatch(Double::isFinite)) {
            throw new PeerFailedException("the peer's result cannot be understood: field " + field
                    + " holds no list of the expected numbers");
        }
        return numbers.stream().mapToDouble(Double::doubleValue).toArray();
    }

    private static Path unpack(Path folder) throws IOException {
        Path script = folder.resolve(SCRIPT);
        try (InputStream source = OperatorPeer.class.getResourceAsStream("/peers/" + SCRIPT)) {
            if (source == null) {
                throw new IOException("resource peers/" + SCRIPT + " is missing from the class path");
            }
            Files.copy(source, script, StandardCopyOption.REPLACE_EXISTING);
        }
        return script;
    }

    private ChildProcess.Answer ask(Duration limit, List<String> arguments) {
        List<String> command = new ArrayList<>();
        command.add(python.toString());
        command.addAll(arguments);
        return ChildProcess.ask(Path.of(""), Map.of(), limit, command, ERROR_LINES);
    }
}
