// SPDX-License-Identifier: Apache-2.0
package fizeau.kernels;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.io.TempDir;

/**
 * NVIDIA's compiler takes every kernel, for sm_75 and sm_90; with {@code -Dfizeau.kernels.architectures=all} for each
 * architecture from sm_75 up that it lists. Skipped with a notice where there is no nvcc.
 */
class NvccTest {

    private static final String ARCHITECTURES_PROPERTY = "fizeau.kernels.architectures";
    private static final List<Architecture> EVERYDAY = List.of(Architecture.OLDEST, new Architecture(9, 0));

    /** Warnings are errors here, and ptxas reports on every function. */
    private static final List<String> STRICT = List.of("-Werror", "all-warnings", "-Xptxas", "-v");

    private static final Pattern FUNCTION =
            Pattern.compile("Function properties for (\\w+)\\s+(\\d+) bytes stack frame, (\\d+) bytes spill stores");

    @TempDir
    Path folder;

    private String nvcc;

    @BeforeEach
    void findCompiler() {
        Optional<Path> found = Tools.find("nvcc");
        Assumptions.assumeTrue(found.isPresent(), "nvcc is not on the path: kernels are not compiled for devices");
        nvcc = found.get().toString();
    }

    private List<Architecture> listed() {
        return Tools.runSuccessfully(List.of(nvcc, "--list-gpu-arch"), folder)
                .lines()
                .filter(line -> line.matches("compute_\\d+"))
                .map(line -> Integer.parseInt(line.substring("compute_".length())))
                .filter(number -> number >= 75)
                .map(number -> new Architecture(number / 10, number % 10))
                .toList();
    }

    private String compile(KernelSource source, CompileOptions options, Path output, List<String> more) {
        Path file = Tools.write(source, folder);
        List<String> command = new ArrayList<>(List.of(nvcc));
        command.add(options.product() == CompileOptions.Product.CUBIN ? "-cubin" : "-ptx");
        command.addAll(options.arguments());
        command.addAll(more);
        command.addAll(List.of(file.toString(), "-o", output.toString()));
        return Tools.runSuccessfully(command, folder);
    }

    @TestFactory
    List<DynamicTest> everyKernelCompilesWithoutSpilling() {
        boolean all = "all".equals(System.getProperty(ARCHITECTURES_PROPERTY));
        List<Architecture> architectures = all ? listed() : EVERYDAY;
        assertThat(architectures).isNotEmpty();
        List<DynamicTest> tests = new ArrayList<>();
        for (Architecture architecture : architectures) {
            for (String source : KernelCatalog.sources()) {
                tests.add(DynamicTest.dynamicTest(
                        source + " for " + architecture, () -> compileAndCheck(source, architecture)));
            }
        }
        return tests;
    }

    private void compileAndCheck(String source, Architecture architecture) throws IOException {
        Path cubin = folder.resolve(source + ".cubin");
        String report = compile(KernelSource.load(source), CompileOptions.cubin(architecture), cubin, STRICT);
        List<String> functions = new ArrayList<>();
        Matcher matcher = FUNCTION.matcher(report);
        while (matcher.find()) {
            functions.add(matcher.group(1));
            assertThat(matcher.group(3))
                    .as("bytes that %s spills to local memory", matcher.group(1))
                    .isEqualTo("0");
        }
        assertThat(functions)
                .containsAll(KernelCatalog.kernelsOf(source).stream()
                        .map(Kernel::function)
                        .toList());
        assertThat(Files.readAllBytes(cubin)).startsWith(0x7f, 'E', 'L', 'F');
    }

    /**
     * One PTX text for all devices: compiled for the oldest architecture and lowered to the lowest PTX version, it still
     * assembles for old and new ones. NVIDIA's assembler checks every instruction against the version claimed.
     */
    @Test
    void loweredPtxAssemblesForOldAndNewDevices() throws IOException {
        Optional<Path> ptxas = Tools.find("ptxas");
        Assumptions.assumeTrue(ptxas.isPresent(), "ptxas is not on the path: PTX is not assembled");
        for (String source : KernelCatalog.sources()) {
            Path ptx = folder.resolve(source + ".ptx");
            compile(KernelSource.load(source), CompileOptions.ptx(Architecture.OLDEST), ptx, List.of());
            String lowered = PortablePtx.lower(Files.readString(ptx));
            assertThat(lowered)
                    .contains(".version " + PortablePtx.LOWEST_VERSION)
                    .contains(".target sm_75");
            Files.writeString(ptx, lowered);
            for (Architecture architecture : EVERYDAY) {
                assemble(ptxas.get(), ptx, architecture);
            }
        }
        // The check can fail: an instruction that came later is refused.
        Path tooNew = Files.writeString(
                folder.resolve("new.ptx"),
                PortablePtx.lower(
                        ".version 9.0\n.target sm_75\n.address_size 64\n.entry f()\n{\n cp.async.wait_all;\n ret;\n}\n"));
        assertThatThrownBy(() -> assemble(ptxas.get(), tooNew, EVERYDAY.get(1)))
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("cp.async");
    }

    private void assemble(Path ptxas, Path ptx, Architecture architecture) {
        Tools.runSuccessfully(
                List.of(
                        ptxas.toString(),
                        "-arch=" + architecture.real(),
                        ptx.toString(),
                        "-o",
                        folder.resolve("assembled.cubin").toString()),
                folder);
    }

    @Test
    void compilerIsAskedOnceForACachedKernel() throws IOException {
        KernelSource source = KernelSource.load("optimize");
        CompileOptions options = CompileOptions.cubin(Architecture.OLDEST);
        CubinKey key = CubinKey.of(source, options, Tools.runSuccessfully(List.of(nvcc, "--version"), folder));
        CubinCache cache = CubinCache.open(folder.resolve("cache"), 1 << 20);
        Path output = folder.resolve("optimize.cubin");
        byte[] first = cache.get(key, () -> compiled(source, options, output));
        byte[] second = cache.get(key, () -> {
            throw new AssertionError("compiled twice");
        });
        assertThat(second).isEqualTo(first).startsWith(0x7f, 'E', 'L', 'F');
    }

    private byte[] compiled(KernelSource source, CompileOptions options, Path output) {
        compile(source, options, output, List.of());
        try {
            return Files.readAllBytes(output);
        } catch (IOException failure) {
            throw new UncheckedIOException(failure);
        }
    }
}
