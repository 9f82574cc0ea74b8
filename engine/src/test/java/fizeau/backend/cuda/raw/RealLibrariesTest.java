// SPDX-License-Identifier: Apache-2.0
package fizeau.backend.cuda.raw;

import static org.assertj.core.api.Assertions.assertThat;

import fizeau.nativeconfig.CudaAvailability;
import fizeau.nativeconfig.CudaChooser;
import fizeau.nativeconfig.CudaLibrary;
import fizeau.nativeconfig.LibraryLocator;
import fizeau.nativeconfig.NativeLibrary;
import fizeau.nativeconfig.NvidiaDriver;
import fizeau.nativeconfig.SearchSteps;
import fizeau.nativeconfig.Settings;
import fizeau.nativeconfig.TestedCombinations;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import jcuda.jcublas.JCublas2;
import jcuda.jcublas.cublasHandle;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * JCuda's bindings rewritten to NVIDIA's own cuFFT, cuBLAS and cuDNN, where a tested release of them is found on this machine:
 * each is loaded, has every function that is called, and answers its version, which needs no GPU. In processes of their own,
 * because a binding stays with the library it met first. NVRTC's turn is in the tests of {@code kernels}.
 */
class RealLibrariesTest {

    /** What a library of NVIDIA's says of itself. */
    enum Asked {
        CUFFT(CudaLibrary.CUFFT, "JCufft", 1000) {
            @Override
            long version(CudaAvailability.Available cuda) {
                return Cufft.load(cuda).version();
            }
        },
        CUBLAS(CudaLibrary.CUBLAS, "JCublas2", 10_000) {
            @Override
            long version(CudaAvailability.Available cuda) {
                Cublas.load(cuda);
                int[] version = new int[1];
                assertThat(JCublas2.cublasGetVersion(new cublasHandle(), version)) // asks for no handle
                        .isZero();
                return version[0];
            }
        },
        CUDNN(CudaLibrary.CUDNN, "JCudnn", 10_000) {
            @Override
            long version(CudaAvailability.Available cuda) {
                return Cudnn.load(cuda).version();
            }
        };

        private final CudaLibrary library;
        private final String binding;
        private final int major;

        Asked(CudaLibrary library, String binding, int major) {
            this.library = library;
            this.binding = binding;
            this.major = major;
        }

        abstract long version(CudaAvailability.Available cuda);
    }

    /** The program of the child. */
    static final class Child {

        private Child() {}

        /** @param arguments what to ask */
        public static void main(String[] arguments) {
            Asked asked = Asked.valueOf(arguments[0]);
            System.out.println(
                    "answer " + asked.version(here().orElseThrow(() -> new IllegalStateException("nothing here"))));
        }
    }

    @TempDir
    private Path folder;

    /** What a machine with these libraries and the newest of drivers would choose. */
    private static Optional<CudaAvailability.Available> here() {
        Settings settings = Settings.ofProcess();
        NvidiaDriver newest = new NvidiaDriver(
                Optional.of("999.0"), List.of("a card"), Optional.of(Path.of("libcuda.so.1")), Optional.of("999.0"));
        CudaAvailability chosen = new CudaChooser(TestedCombinations.load())
                .choose(settings, newest, new LibraryLocator(SearchSteps.standard()).locate(settings));
        return chosen instanceof CudaAvailability.Available available ? Optional.of(available) : Optional.empty();
    }

    @ParameterizedTest
    @EnumSource
    void aReboundLibraryAnswers(Asked asked) throws Exception {
        Optional<CudaAvailability.Available> cuda = here();
        Optional<NativeLibrary> file = cuda.flatMap(found -> found.library(asked.library));
        Assumptions.assumeTrue(
                file.isPresent(),
                () -> asked.library.stem() + " of a tested CUDA release is not here: " + asked.binding
                        + " is bound to the pretend library only");
        String name = file.orElseThrow().soname();
        String said = inAnotherProcess(asked);
        long answered = Long.parseLong(said.lines()
                .filter(line -> line.startsWith("answer "))
                .findFirst()
                .orElseThrow(() -> new AssertionError(said))
                .substring("answer ".length()));
        assertThat(name).endsWith(".so." + answered / asked.major);
    }

    private String inAnotherProcess(Asked asked) throws Exception {
        Path log = folder.resolve("messages");
        Process process = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-XX:TieredStopAtLevel=1",
                        "-cp",
                        System.getProperty("java.class.path"),
                        Child.class.getName(),
                        asked.name())
                .redirectErrorStream(true)
                .redirectOutput(log.toFile())
                .start();
        try {
            assertThat(process.waitFor(120, TimeUnit.SECONDS)).isTrue();
        } finally {
            process.destroyForcibly();
        }
        String said = Files.readString(log);
        assertThat(process.exitValue()).as(said).isZero();
        return said;
    }
}
