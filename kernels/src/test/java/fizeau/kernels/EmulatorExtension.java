// SPDX-License-Identifier: Apache-2.0
package fizeau.kernels;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.extension.ParameterContext;
import org.junit.jupiter.api.extension.ParameterResolver;

/**
 * Gives tests the {@link Emulator}, compiled once per test run. Where g++ is missing, tests that ask for it are skipped with a
 * notice.
 */
final class EmulatorExtension implements ParameterResolver {

    /** The emulator and the folder it lies in, deleted at the end of the run. */
    private record Compiled(Emulator emulator, Path folder) implements AutoCloseable {

        static Compiled create(Path compiler) {
            try {
                Path folder = Files.createTempDirectory("fizeau-emulator");
                return new Compiled(Emulator.compile(compiler, folder), folder);
            } catch (IOException failure) {
                throw new UncheckedIOException(failure);
            }
        }

        @Override
        public void close() throws IOException {
            try (Stream<Path> files = Files.walk(folder)) {
                for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
                    Files.delete(file);
                }
            }
        }
    }

    @Override
    public boolean supportsParameter(ParameterContext parameter, ExtensionContext context) {
        return parameter.getParameter().getType() == Emulator.class;
    }

    @Override
    public Object resolveParameter(ParameterContext parameter, ExtensionContext context) {
        // Elsewhere g++ may be clang, and sections of the object format are named otherwise.
        Assumptions.assumeTrue(System.getProperty("os.name").startsWith("Linux"), "kernels are emulated on Linux only");
        Optional<Path> compiler = Tools.find("g++");
        Assumptions.assumeTrue(compiler.isPresent(), "g++ is not on the path: kernels are not emulated");
        return context.getRoot()
                .getStore(ExtensionContext.Namespace.create(EmulatorExtension.class))
                .getOrComputeIfAbsent(Compiled.class, key -> Compiled.create(compiler.get()), Compiled.class)
                .emulator();
    }
}
