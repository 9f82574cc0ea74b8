// SPDX-License-Identifier: Apache-2.0
package fizeau.bench.eager;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import fizeau.bench.environment.ChildProcess;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.zeroturnaround.exec.InvalidExitValueException;
import org.zeroturnaround.exec.ProcessExecutor;
import org.zeroturnaround.exec.ProcessResult;

/**
 * Runs the baseline's iteration in a Python process with torch, as a yardstick. Optional: where Python or torch is missing
 * the outcome says so, and nothing else fails.
 */
public final class PythonPeer {

    private static final String SCRIPT = "progressive_peer.py";
    private static final String DEFAULT_PYTHON = "python3";
    private static final Duration PROBE_LIMIT = Duration.ofMinutes(2); // a first import of torch can take a minute

    private final String python;
    private final Map<String, String> environment;

    /**
     * A peer that runs {@code python}, or {@code python3} from the path.
     *
     * @param environment variables added to the process's, such as {@code OMP_WAIT_POLICY}
     */
    public PythonPeer(Optional<Path> python, Map<String, String> environment) {
        this.python = python.map(Path::toString).orElse(DEFAULT_PYTHON);
        this.environment = Map.copyOf(environment);
    }

    /** Empty when this Python has torch; otherwise the reason why it cannot serve. */
    public Optional<String> unavailability() {
        return unavailability("cpu");
    }

    /** Empty when this Python has torch, and torch the device; otherwise the reason why it cannot serve. */
    public Optional<String> unavailability(String device) {
        try {
            Path folder = Files.createTempDirectory("fizeau-peer");
            try {
                Path script = unpack(SCRIPT, folder);
                Attempt attempt = attempt(List.of(script.toString(), "--probe", "--device", device), PROBE_LIMIT);
                return attempt.failure();
            } finally {
                Files.deleteIfExists(folder.resolve(SCRIPT));
                Files.deleteIfExists(folder);
            }
        } catch (IOException failure) {
            return Optional.of("the peer script cannot be unpacked: " + failure.getMessage());
        }
    }

    /**
     * Runs a job to its end.
     *
     * @param folder an existing folder; keeps the job, its arrays, the script and the result
     * @param limit the process is ended after this time
     */
    public PeerOutcome run(PeerJob job, Path folder, Duration limit) {
        Path result = folder.resolve("result.json");
        try {
            Files.deleteIfExists(result);
            Path script = unpack(SCRIPT, folder);
            Path file = job.write(folder);
            Attempt attempt =
                    attempt(List.of(script.toString(), file.toString(), "--result", result.toString()), limit);
            return attempt.failure().isPresent()
                    ? new PeerOutcome.Unavailable(attempt.failure().get())
                    : parse(new ObjectMapper().readTree(result.toFile()));
        } catch (IOException failure) {
            return new PeerOutcome.Unavailable(
                    "the peer's files in " + folder + " cannot be written or read: " + failure.getMessage());
        }
    }

    /**
     * Runs another of the peers' scripts to its end.
     *
     * @param name of the resource beside this peer's own script
     * @param folder an existing folder; keeps the script
     * @param limit the process is ended after this time
     * @return empty when it exited with 0; otherwise why not
     */
    public Optional<String> runScript(String name, Path folder, Duration limit, List<String> arguments) {
        try {
            List<String> command = new ArrayList<>(List.of(unpack(name, folder).toString()));
            command.addAll(arguments);
            return attempt(command, limit).failure();
        } catch (IOException failure) {
            return Optional.of("the peer script cannot be unpacked: " + failure.getMessage());
        }
    }

    private static Path unpack(String name, Path folder) throws IOException {
        Path script = folder.resolve(name);
        try (InputStream source = PythonPeer.class.getResourceAsStream("/peers/" + name)) {
            if (source == null) {
                throw new IOException("resource peers/" + name + " is missing from the class path");
            }
            Files.copy(source, script, StandardCopyOption.REPLACE_EXISTING);
        }
        return script;
    }

    /** One process; the failure is empty when it exited with 0. */
    private record Attempt(Optional<String> failure) {

        static Attempt failed(String reason) {
            return new Attempt(Optional.of(reason));
        }
    }

    private Attempt attempt(List<String> arguments, Duration limit) {
        List<String> command = new ArrayList<>();
        command.add(python);
        command.addAll(arguments);
        try {
            ProcessResult result = new ProcessExecutor(command)
                    .environment(environment)
                    .readOutput(true)
                    .destroyOnExit()
                    .timeout(limit.toMillis(), TimeUnit.MILLISECONDS)
                    .execute();
            return result.getExitValue() == 0
                    ? new Attempt(Optional.empty())
                    : Attempt.failed(
                            python + " exited with " + result.getExitValue() + ": " + lastLine(result.outputUTF8()));
        } catch (IOException failure) {
            return Attempt.failed(python + " cannot be started: " + ChildProcess.reason(failure));
        } catch (TimeoutException failure) {
            return Attempt.failed(python + " was ended after " + limit.toSeconds() + " s");
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
            return Attempt.failed("interrupted while " + python + " was running");
        } catch (InvalidExitValueException unexpected) {
            throw new IllegalStateException("no exit value was demanded", unexpected);
        }
    }

    /** The message of the script, or of Python's own error, stands last. */
    private static String lastLine(String output) {
        List<String> lines = output.lines().filter(line -> !line.isBlank()).toList();
        return lines.isEmpty() ? "it said nothing" : lines.get(lines.size() - 1).strip();
    }

    private static PeerOutcome parse(JsonNode result) throws IOException {
        if (result.path("version").asInt() != 1) {
            throw new IOException("result version " + result.path("version") + " is not 1");
        }
        return new PeerOutcome.Trained(
                result.required("python").asText(),
                result.required("torch").asText(),
                result.required("mode").asText(),
                result.required("threads").asInt(),
                result.required("measure_once").asBoolean(),
                numbers(result.required("losses")),
                numbers(result.required("iteration_ms")),
                result.required("warm_up_seconds").asDouble(),
                result.required("training_seconds").asDouble(),
                result.path("device").asText("cpu"),
                result.hasNonNull("peak_device_bytes")
                        ? result.get("peak_device_bytes").asLong()
                        : null);
    }

    private static List<Double> numbers(JsonNode array) {
        List<Double> values = new ArrayList<>();
        array.forEach(value -> values.add(value.asDouble()));
        return values;
    }
}
