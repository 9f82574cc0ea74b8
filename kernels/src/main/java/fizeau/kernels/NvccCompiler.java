// SPDX-License-Identifier: Apache-2.0
package fizeau.kernels;

import fizeau.nativeconfig.Settings;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/** The toolkit's compiler, a program of its own. Needs no GPU, but a C++ compiler beside it. Thread-safe, immutable. */
public final class NvccCompiler implements KernelCompiler {

    private static final String NAME = "nvcc";
    private static final long LIMIT_SECONDS = 300;
    private static final Pattern RELEASE = Pattern.compile("release [\\d.]+, V([\\d.]+)");

    private final Path program;
    private final String version;

    private NvccCompiler(Path program, String version) {
        this.program = program;
        this.version = version;
    }

    /** The first on the search path or in the toolkit that CUDA_PATH or CUDA_HOME names; empty where there is none. */
    public static Optional<NvccCompiler> find(Settings settings) {
        List<Path> folders =
                new ArrayList<>(settings.variable("PATH").map(Settings::folders).orElse(List.of()));
        for (String name : List.of("CUDA_PATH", "CUDA_HOME")) {
            settings.variable(name)
                    .map(Settings::folders)
                    .orElse(List.of())
                    .forEach(root -> folders.add(root.resolve("bin")));
        }
        return folders.stream()
                .map(folder -> folder.resolve(NAME))
                .filter(program -> Files.isRegularFile(program) && Files.isExecutable(program))
                .findFirst()
                .map(NvccCompiler::of);
    }

    private static NvccCompiler of(Path program) {
        return inFolder(folder -> {
            Answer answer = run(List.of(program.toString(), "--version"), folder);
            Matcher release = RELEASE.matcher(answer.output());
            return new NvccCompiler(program, NAME + (release.find() ? " " + release.group(1) : " of unknown version"));
        });
    }

    @Override
    public String version() {
        return version;
    }

    @Override
    public byte[] compile(KernelSource source, CompileOptions options) {
        return inFolder(folder -> {
            for (Map.Entry<String, String> header : source.headers().entrySet()) {
                Files.writeString(folder.resolve(header.getKey()), header.getValue());
            }
            Files.writeString(folder.resolve(source.fileName()), source.text());
            Path output = folder.resolve("image");
            List<String> command = new ArrayList<>(List.of(program.toString()));
            command.add(options.product() == CompileOptions.Product.CUBIN ? "-cubin" : "-ptx");
            command.addAll(options.arguments());
            // by name alone, so that messages name no folder of this machine
            command.addAll(List.of(source.fileName(), "-o", output.toString()));
            Answer answer = run(command, folder);
            if (answer.exitCode() != 0) {
                throw new KernelCompilationException(
                        source, options, version + " ended with exit code " + answer.exitCode(), answer.output());
            }
            return Files.readAllBytes(output);
        });
    }

    private record Answer(int exitCode, String output) {}

    /** Work with files. */
    private interface Work<T> {

        T in(Path folder) throws IOException;
    }

    private static <T> T inFolder(Work<T> work) {
        try {
            Path folder = Files.createTempDirectory("fizeau-nvcc");
            try {
                return work.in(folder);
            } finally {
                try (Stream<Path> files = Files.walk(folder)) {
                    for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
                        Files.delete(file);
                    }
                }
            }
        } catch (IOException failure) {
            throw new UncheckedIOException("cannot run " + NAME, failure);
        }
    }

    private static Answer run(List<String> command, Path folder) throws IOException {
        Path log = folder.resolve("messages");
        Process process = new ProcessBuilder(command)
                .directory(folder.toFile())
                .redirectErrorStream(true)
                .redirectOutput(log.toFile())
                .start();
        try {
            if (!process.waitFor(LIMIT_SECONDS, TimeUnit.SECONDS)) {
                throw new IOException(NAME + " did not end within " + LIMIT_SECONDS + " s");
            }
            return new Answer(process.exitValue(), Files.readString(log, StandardCharsets.UTF_8));
        } catch (InterruptedException interruption) {
            Thread.currentThread().interrupt();
            throw new IOException("interrupted while " + NAME + " was running", interruption);
        } finally {
            process.destroyForcibly();
        }
    }
}
