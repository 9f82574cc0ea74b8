// SPDX-License-Identifier: Apache-2.0
package fizeau.kernels;

import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;

/** Compilers and other programs that tests call. */
final class Tools {

    /** What a program answered. */
    record Answer(int exitCode, String output) {}

    private static final long LIMIT_SECONDS = 300;

    private Tools() {}

    /** An executable on the search path. */
    static Optional<Path> find(String name) {
        return Arrays.stream(System.getenv().getOrDefault("PATH", "").split(File.pathSeparator))
                .map(folder -> Path.of(folder, name))
                .filter(Files::isExecutable)
                .findFirst();
    }

    /** Runs a program to its end; standard output and error come back as one text. */
    static Answer run(List<String> command, Path folder, Map<String, String> environment) {
        ProcessBuilder builder = new ProcessBuilder(command).directory(folder.toFile());
        builder.redirectErrorStream(true);
        builder.environment().putAll(environment);
        try {
            Path log = Files.createTempFile(folder, "output", ".txt");
            Process process = builder.redirectOutput(log.toFile()).start();
            if (!process.waitFor(LIMIT_SECONDS, TimeUnit.SECONDS)) {
                process.destroyForcibly();
                throw new IllegalStateException(command + " did not end within " + LIMIT_SECONDS + " s");
            }
            return new Answer(process.exitValue(), Files.readString(log));
        } catch (IOException failure) {
            throw new UncheckedIOException("cannot run " + command, failure);
        } catch (InterruptedException interruption) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted while running " + command, interruption);
        }
    }

    static String runSuccessfully(List<String> command, Path folder) {
        Answer answer = run(command, folder, Map.of());
        if (answer.exitCode() != 0) {
            throw new IllegalStateException(
                    String.join(" ", command) + " answered " + answer.exitCode() + ":\n" + answer.output());
        }
        return answer.output();
    }

    /** Writes a source and its headers into a folder; returns the path of the source. */
    static Path write(KernelSource source, Path folder) {
        try {
            for (Map.Entry<String, String> header : source.headers().entrySet()) {
                Files.writeString(folder.resolve(header.getKey()), header.getValue());
            }
            return Files.writeString(folder.resolve(source.fileName()), source.text());
        } catch (IOException failure) {
            throw new UncheckedIOException("cannot write " + source.fileName(), failure);
        }
    }
}
