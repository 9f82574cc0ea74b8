// SPDX-License-Identifier: Apache-2.0
package fizeau.kernels;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.extension.ConditionEvaluationResult;
import org.junit.jupiter.api.extension.ExecutionCondition;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.extension.ParameterContext;
import org.junit.jupiter.api.extension.ParameterResolver;

/**
 * Gives tests the {@link Emulator}, compiled once per test run. Where g++ is missing, tests that ask for it are skipped with a
 * notice.
 */
final class EmulatorExtension implements ExecutionCondition, ParameterResolver {

    private static final String COMPILER = "g++";

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

    /** Asked before parameters are resolved: an assumption that fails in there is a failure of the test. */
    @Override
    public ConditionEvaluationResult evaluateExecutionCondition(ExtensionContext context) {
        boolean asked = context.getTestMethod()
                .map(method -> List.of(method.getParameterTypes()).contains(Emulator.class))
                .orElse(false);
        // Elsewhere g++ may be clang, and sections of the object format are named otherwise.
        if (asked && !System.getProperty("os.name").startsWith("Linux")) {
            return ConditionEvaluationResult.disabled("kernels are emulated on Linux only");
        }
        if (asked && Tools.find(COMPILER).isEmpty()) {
            return ConditionEvaluationResult.disabled(COMPILER + " is not on the path: kernels are not emulated");
        }
        return ConditionEvaluationResult.enabled("what the test asks for is here");
    }

    @Override
    public Object resolveParameter(ParameterContext parameter, ExtensionContext context) {
        Path compiler = Tools.find(COMPILER).orElseThrow(); // or the test would have been skipped
        return context.getRoot()
                .getStore(ExtensionContext.Namespace.create(EmulatorExtension.class))
                .getOrComputeIfAbsent(Compiled.class, key -> Compiled.create(compiler), Compiled.class)
                .emulator();
    }
}
