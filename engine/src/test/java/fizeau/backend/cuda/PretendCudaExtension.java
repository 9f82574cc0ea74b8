// SPDX-License-Identifier: Apache-2.0
package fizeau.backend.cuda;

import fizeau.kernels.PretendCuda;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.extension.BeforeAllCallback;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.extension.ParameterContext;
import org.junit.jupiter.api.extension.ParameterResolver;

/**
 * Gives tests the one {@link PretendCuda} of the process, built on first use. Where it cannot be built, tests are skipped with
 * a notice.
 */
public final class PretendCudaExtension implements BeforeAllCallback, ParameterResolver {

    /** The machine and the folder it lies in, deleted at the end of the run. */
    private record Built(PretendCuda machine, Path folder) implements AutoCloseable {

        static Built create() {
            try {
                Path folder = Files.createTempDirectory("fizeau-pretend-cuda");
                return new Built(PretendCuda.build(folder), folder);
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

    /** Skips where another CUPTI came first into the process: libtorch's loader takes a toolkit's along, and one is used. */
    public static void assumeItsCuptiCameFirst(PretendCuda machine) {
        try (Stream<String> mapped = Files.lines(Path.of("/proc/self/maps"))) {
            List<String> all = mapped.filter(line -> line.contains("libcupti")).toList();
            boolean own = all.stream()
                    .anyMatch(line -> line.contains(machine.libraries().toString()));
            Assumptions.assumeTrue(
                    own || all.isEmpty(), () -> "another CUPTI is in this process already: " + all.get(0));
        } catch (IOException failure) {
            throw new UncheckedIOException(failure);
        }
    }

    @Override
    public void beforeAll(ExtensionContext context) {
        Optional<String> obstacle = PretendCuda.obstacle();
        Assumptions.assumeTrue(obstacle.isEmpty(), () -> obstacle.orElse(""));
    }

    @Override
    public boolean supportsParameter(ParameterContext parameter, ExtensionContext context) {
        return parameter.getParameter().getType() == PretendCuda.class;
    }

    @Override
    public Object resolveParameter(ParameterContext parameter, ExtensionContext context) {
        return machine(context);
    }

    static PretendCuda machine(ExtensionContext context) {
        return context.getRoot()
                .getStore(ExtensionContext.Namespace.create(PretendCudaExtension.class))
                .getOrComputeIfAbsent(Built.class, key -> Built.create(), Built.class)
                .machine();
    }
}
