// SPDX-License-Identifier: Apache-2.0
package fizeau.kernels;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * All kernels of the catalog, and the deliberately broken ones, compiled for the CPU with the address and
 * undefined-behaviour sanitizers. What is registered follows from {@link KernelCatalog}. Borrows its folder.
 */
final class Emulator {

    /** Kernels with planted mistakes. */
    static final List<String> BROKEN = List.of(
            "broken_barrier_in_branch",
            "broken_two_barriers",
            "broken_missing_barrier",
            "broken_reused_scratch",
            "broken_overtaken_warp",
            "broken_clashing_blocks",
            "broken_write_past_end",
            "broken_read_before_start",
            "broken_dynamic_shared_overflow",
            "broken_declared_shared_overflow",
            "broken_unwritten_shared",
            "broken_partial_shuffle",
            "broken_overflow");

    /** A program that went wrong in a way the emulator or a sanitizer saw. */
    static final class Found extends RuntimeException {
        Found(String message) {
            super(message);
        }
    }

    private static final List<String> OPTIONS = List.of(
            "-std=c++17",
            "-O1",
            "-g",
            "-Wall",
            "-Wextra",
            "-Werror",
            "-Wno-unknown-pragmas",
            "-fno-strict-aliasing",
            "-ffp-contract=off",
            "-fsanitize=address,undefined",
            "-fno-sanitize-recover=all",
            "-fsanitize-sections=cuda_shared");

    private final Path folder;
    private final Path program;

    private Emulator(Path folder, Path program) {
        this.folder = folder;
        this.program = program;
    }

    /** Compiles into {@code folder}. */
    static Emulator compile(Path compiler, Path folder) {
        writeSources(folder, "emulator.cpp");
        List<String> command = new ArrayList<>(List.of(compiler.toString()));
        command.addAll(OPTIONS);
        command.addAll(List.of("emulator.cpp", "-o", "emulator"));
        Tools.runSuccessfully(command, folder);
        return new Emulator(folder, folder.resolve("emulator"));
    }

    /** Writes the kernels, the emulation, the registry and {@code programs} that use them into a folder. */
    static void writeSources(Path folder, String... programs) {
        for (String source : KernelCatalog.sources()) {
            Tools.write(KernelSource.load(source), folder);
        }
        List<String> files = new ArrayList<>(List.of("cuda_emulation.h", "registered.h", "broken.cu"));
        files.addAll(List.of(programs));
        for (String file : files) {
            copyResource("emulation/" + file, folder.resolve(file));
        }
        try {
            Files.writeString(folder.resolve("registry.inc"), registry());
        } catch (IOException failure) {
            throw new UncheckedIOException(failure);
        }
    }

    private static void copyResource(String name, Path target) {
        try (InputStream stream = Emulator.class.getResourceAsStream(name)) {
            Files.copy(stream, target);
        } catch (IOException failure) {
            throw new UncheckedIOException("cannot copy " + name, failure);
        }
    }

    /** All kernels that the emulator knows. */
    static List<Kernel> kernels() {
        List<Kernel> kernels = new ArrayList<>(KernelCatalog.kernels());
        BROKEN.forEach(name -> kernels.add(new Kernel(name, "broken", BrokenParameters.class)));
        return kernels;
    }

    /** Structs whose layout the compiler reports: those of all kernels and those that live on the device. */
    static List<StructLayout> layouts() {
        Set<Class<? extends Record>> types = new LinkedHashSet<>();
        kernels().forEach(kernel -> types.add(kernel.parameters().asSubclass(Record.class)));
        types.add(AdamState.class);
        types.add(TrainingState.class);
        return types.stream().map(StructLayout::of).toList();
    }

    private static String registry() {
        StringBuilder text = new StringBuilder();
        kernels().stream()
                .map(Kernel::source)
                .distinct()
                .forEach(source -> text.append("#include \"").append(source).append(".cu\"\n"));
        text.append("static const StructField STRUCT_FIELDS[] = {\n");
        for (StructLayout layout : layouts()) {
            for (StructLayout.Field field : layout.fields()) {
                text.append("    STRUCT_FIELD(%s, %s),\n".formatted(layout.structName(), field.path()));
            }
            text.append("    STRUCT_END(%s),\n".formatted(layout.structName()));
        }
        text.append("};\nstatic const RegisteredKernel KERNELS[] = {\n");
        for (Kernel kernel : kernels()) {
            StructLayout layout = kernel.layout();
            String pointers = layout.fields().stream()
                    .filter(field -> field.kind() == StructLayout.Kind.POINTER)
                    .map(field -> String.valueOf(field.offset()))
                    .collect(Collectors.joining(", "));
            text.append(
                    "    {\"%s\", \"%s\", sizeof(%s), {%s}, [](const void *p) { %s(*static_cast<const %s *>(p)); }},\n"
                            .formatted(
                                    kernel.function(),
                                    kernel.source(),
                                    layout.structName(),
                                    pointers,
                                    kernel.function(),
                                    layout.structName()));
        }
        return text.append("};\n").toString();
    }

    /** Lines {@code struct path KIND offset}; a struct ends with {@code struct - SIZE bytes}. */
    List<String> layoutsSeenByCompiler() {
        return Tools.runSuccessfully(List.of(program.toString(), "layouts"), folder)
                .lines()
                .toList();
    }

    Emulation begin() {
        return new Emulation(this);
    }

    /** Runs a request once per order; returns the response. */
    byte[] run(byte[] request, List<String> orders) {
        try {
            Path requestFile = Files.createTempFile(folder, "request", ".bin");
            Path responseFile = Files.createTempFile(folder, "response", ".bin");
            try {
                Files.write(requestFile, request);
                List<String> command = new ArrayList<>(
                        List.of(program.toString(), "run", requestFile.toString(), responseFile.toString()));
                command.addAll(orders);
                // Leak detection needs ptrace, which containers may forbid.
                Tools.Answer answer = Tools.run(
                        command,
                        folder,
                        Map.of("ASAN_OPTIONS", "detect_leaks=0", "UBSAN_OPTIONS", "print_stacktrace=1"));
                if (answer.exitCode() != 0) {
                    throw new Found(answer.output());
                }
                return Files.readAllBytes(responseFile);
            } finally {
                Files.delete(requestFile);
                Files.delete(responseFile);
            }
        } catch (IOException failure) {
            throw new UncheckedIOException(failure);
        }
    }
}
