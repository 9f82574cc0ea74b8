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

    /**
     * Built when it is first asked for, and deleted when the process ends: a library that was loaded stays, whichever test class
     * loaded it.
     */
    private static final class OfProcess {
        private static final PretendCuda MACHINE = build();

        private static PretendCuda build() {
            try {
                Path folder = Files.createTempDirectory("fizeau-pretend-cuda");
                Runtime.getRuntime().addShutdownHook(new Thread(() -> delete(folder)));
                return PretendCuda.build(folder);
            } catch (IOException failure) {
                throw new UncheckedIOException(failure);
            }
        }

        private static void delete(Path folder) {
            try (Stream<Path> files = Files.walk(folder)) {
                for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
                    Files.delete(file);
                }
            } catch (IOException failure) {
                throw new UncheckedIOException(failure);
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
        return OfProcess.MACHINE;
    }
}
