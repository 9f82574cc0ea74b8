// SPDX-License-Identifier: Apache-2.0
package fizeau.kernels;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import fizeau.nativeconfig.Settings;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Kernels compiled when Fizeau was built: written, read, refused when they are of other sources, and those of this build. */
class PortableKernelsTest {

    @TempDir
    Path folder;

    private static String text(PortableKernels kernels, String source) {
        KernelImage image = kernels.image(KernelSource.load(source));
        assertThat(image.product()).isEqualTo(CompileOptions.Product.PTX);
        return new String(image.bytes(), StandardCharsets.US_ASCII);
    }

    @Test
    void whatIsWrittenIsReadAndNotWrittenAgain() throws IOException {
        assertThat(PortableKernels.in(folder)).isEmpty();
        assertThat(PortableKernels.write(folder, new PretendPtxCompiler()))
                .isEqualTo(KernelCatalog.sources().size());
        PortableKernels kernels = PortableKernels.in(folder).orElseThrow();
        assertThat(kernels.description())
                .isEqualTo("kernels from portable PTX (pretend compiler 1), compiled by the driver");
        for (Kernel kernel : KernelCatalog.kernels()) {
            assertThat(text(kernels, kernel.source()))
                    .contains("\n.version " + PortablePtx.LOWEST_VERSION + "\n")
                    .contains(".entry " + kernel.function() + "(");
        }
        KernelCompiler nobody = new KernelCompiler() {
            @Override
            public String version() {
                return "nobody";
            }

            @Override
            public byte[] compile(KernelSource source, CompileOptions options) {
                throw new AssertionError(source.fileName() + " was compiled although nothing changed");
            }
        };
        assertThat(PortableKernels.write(folder, nobody)).isZero();
        try (Stream<Path> files = Files.list(folder)) {
            assertThat(files).hasSameSizeAs(KernelCatalog.sources()); // no temporary file is left
        }
    }

    @Test
    void kernelsOfOtherSourcesAreRefusedAndReplaced() throws IOException {
        PortableKernels.write(folder, new PretendPtxCompiler());
        Path file = folder.resolve("measure.ptx");
        String current = Files.readString(file);
        Files.writeString(file, current.replaceFirst("// digest: .", "// digest: x"));
        assertThatThrownBy(() -> PortableKernels.in(folder))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("are not those of this build's measure.cu");
        assertThat(PortableKernels.write(folder, new PretendPtxCompiler())).isEqualTo(1);
        assertThat(Files.readString(file)).isEqualTo(current);

        Files.writeString(file, current.replaceFirst("// digest: .", "// digest: x"));
        PortableKernels.removeStale(folder);
        assertThat(file).doesNotExist();
        assertThat(PortableKernels.in(folder)).as("a set that is not whole").isEmpty();
    }

    /** The build's own: there wherever a compiler is, current and whole; {@link NvccTest} assembles them for every card. */
    @Test
    void thoseOfThisBuildAreCurrent() {
        boolean compiler = NvccCompiler.find(Settings.ofProcess()).isPresent();
        Optional<PortableKernels> found = PortableKernels.ofBuild(); // throws where they are of other sources
        assertThat(found.isPresent() || !compiler)
                .as("nvcc is here: the build must have made portable kernels")
                .isTrue();
        Assumptions.assumeTrue(found.isPresent(), "neither nvcc nor NVRTC was there when this was built");
        PortableKernels kernels = found.get();
        for (String source : KernelCatalog.sources()) {
            String ptx = text(kernels, source);
            assertThat(entries(ptx))
                    .containsExactlyInAnyOrderElementsOf(KernelCatalog.kernelsOf(source).stream()
                            .map(Kernel::function)
                            .toList());
        }
    }

    /** Either compiler will do: the run-time compiler's text has the same kernels as nvcc's. */
    @Test
    void bothCompilersMakeTheSameEntries() {
        Optional<NvccCompiler> nvcc = NvccCompiler.find(Settings.ofProcess());
        Optional<NvrtcCompiler> nvrtc = NvrtcCompiler.find(Settings.ofProcess());
        Assumptions.assumeTrue(nvcc.isPresent() && nvrtc.isPresent(), "nvcc and a tested NVRTC are not both here");
        CompileOptions options = CompileOptions.ptx(Architecture.OLDEST);
        for (String name : KernelCatalog.sources()) {
            KernelSource source = KernelSource.load(name);
            List<TreeSet<String>> made = new ArrayList<>();
            for (KernelCompiler compiler : List.of(nvcc.get(), nvrtc.get())) {
                String ptx = new String(compiler.compile(source, options), StandardCharsets.US_ASCII);
                made.add(new TreeSet<>(entries(PortablePtx.lower(ptx))));
            }
            assertThat(made.get(0)).isEqualTo(made.get(1)).isNotEmpty();
        }
    }

    @Test
    void aRefusedSourceIsToldByNvccToo() {
        Optional<NvccCompiler> nvcc = NvccCompiler.find(Settings.ofProcess());
        Assumptions.assumeTrue(nvcc.isPresent(), "nvcc is not on the path");
        KernelSource broken = new KernelSource(
                "broken.cu", "int x = nobody;\n", KernelSource.load("optimize").headers());
        assertThat(nvcc.get().version()).startsWith("nvcc ");
        assertThatThrownBy(() -> nvcc.get().compile(broken, CompileOptions.ptx(Architecture.OLDEST)))
                .isInstanceOf(KernelCompilationException.class)
                .hasMessageContaining("broken.cu(1): error")
                .hasMessageContaining("exit code");
    }

    private static List<String> entries(String ptx) {
        return ptx.lines()
                .filter(line -> line.contains(".entry "))
                .map(line -> line.replaceFirst(".*\\.entry (\\w+).*", "$1"))
                .toList();
    }
}
