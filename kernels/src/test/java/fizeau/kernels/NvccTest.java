// SPDX-License-Identifier: Apache-2.0
package fizeau.kernels;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import fizeau.nativeconfig.Settings;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.io.TempDir;

/**
 * NVIDIA's compiler takes every kernel for each architecture from sm_75 up that it lists. A source is compiled twice, for sm_90
 * as it stands and to portable PTX, and that text is assembled for all others: what the sources say depends on no architecture,
 * so that ten more front ends would read the same ten times, for a minute of processor time. A source that asks for
 * {@code __CUDA_ARCH__} is compiled for each as it stands; {@code -Dfizeau.kernels.architectures=native} does so with all of
 * them, optimised, and looks for spills. Skipped with a notice where there is no nvcc.
 */
class NvccTest {

    private static final String ARCHITECTURES_PROPERTY = "fizeau.kernels.architectures";

    /** The one whose machine code is looked at closely: the cards that speed is promised for. */
    private static final Architecture HOPPER = new Architecture(9, 0);

    /** Warnings are errors here, and ptxas reports on every function. */
    private static final List<String> STRICT = List.of("-Werror", "all-warnings", "-Xptxas", "-v");

    /** Only whether it can be assembled, which takes half the time. */
    private static final List<String> UNOPTIMISED = List.of("-Werror", "all-warnings", "-Xptxas", "-O0");

    private static final Pattern FUNCTION =
            Pattern.compile("Function properties for (\\w+)\\s+(\\d+) bytes stack frame, (\\d+) bytes spill stores");

    private static final Pattern ASKS_FOR_ARCHITECTURE = Pattern.compile("(?m)^\\s*#.*__CUDA_ARCH__");

    @TempDir
    Path folder;

    private String nvcc;
    private ExecutorService compilers;

    @BeforeEach
    void findCompiler() {
        Optional<Path> found = Tools.find("nvcc");
        Assumptions.assumeTrue(found.isPresent(), "nvcc is not on the path: kernels are not compiled for devices");
        nvcc = found.get().toString();
        compilers = Executors.newFixedThreadPool(Runtime.getRuntime().availableProcessors());
    }

    @AfterEach
    void endCompilers() {
        if (compilers != null) {
            compilers.shutdownNow();
        }
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
        Path own = folder.resolve(source.fileName().replace(".cu", ""));
        Path file;
        try {
            file = Tools.write(source, Files.createDirectories(own));
        } catch (IOException failure) {
            throw new UncheckedIOException(failure);
        }
        List<String> command = new ArrayList<>(List.of(nvcc));
        command.add(options.product() == CompileOptions.Product.CUBIN ? "-cubin" : "-ptx");
        command.addAll(options.arguments());
        command.addAll(more);
        command.addAll(List.of(file.toString(), "-o", output.toString()));
        return Tools.runSuccessfully(command, folder);
    }

    @TestFactory
    Stream<DynamicTest> everyKernelCompilesForEveryArchitecture() {
        List<Architecture> architectures = listed();
        assertThat(architectures).contains(Architecture.OLDEST);
        // all at once: a compiler run has one thread, and the tests of this module leave the other processors idle
        Map<String, CompletableFuture<Void>> runs = new LinkedHashMap<>();
        for (String source : KernelCatalog.sources()) {
            runs.put(source, CompletableFuture.runAsync(() -> compileForAll(source, architectures), compilers));
        }
        return runs.entrySet().stream()
                .map(run -> DynamicTest.dynamicTest(
                        run.getKey(), () -> run.getValue().get()));
    }

    private void compileForAll(String name, List<Architecture> architectures) {
        KernelSource source = KernelSource.load(name);
        boolean everywhere = "native".equals(System.getProperty(ARCHITECTURES_PROPERTY)) || asksForArchitecture(source);
        List<Architecture> natively = everywhere
                ? architectures
                : architectures.stream().filter(HOPPER::equals).toList();
        for (Architecture architecture : natively) {
            Path cubin = folder.resolve(name + "." + architecture + ".cubin");
            requireWhole(name, compile(source, CompileOptions.cubin(architecture), cubin, STRICT), cubin);
        }
        Path ptx = portable(source);
        Path oldest = folder.resolve(name + ".portable.cubin");
        requireWhole(name, assemble(ptx, List.of(Architecture.OLDEST), oldest, STRICT), oldest);
        List<Architecture> others = architectures.stream()
                .filter(architecture -> !natively.contains(architecture) && !architecture.equals(Architecture.OLDEST))
                .toList();
        if (!others.isEmpty()) {
            assemble(ptx, others, folder.resolve(name + ".fatbin"), UNOPTIMISED);
        }
    }

    private static boolean asksForArchitecture(KernelSource source) {
        return Stream.concat(Stream.of(source.text()), source.headers().values().stream())
                .anyMatch(text -> ASKS_FOR_ARCHITECTURE.matcher(text).find());
    }

    /** The build's own where this compiler made it, otherwise made here. */
    private Path portable(KernelSource source) {
        Path ptx = folder.resolve(source.fileName().replace(".cu", ".ptx"));
        String version = NvccCompiler.find(Settings.ofProcess())
                .map(NvccCompiler::version)
                .orElse("nvcc");
        Optional<PortableKernels> ofBuild = PortableKernels.ofBuild()
                .filter(kernels -> kernels.description().contains("(" + version + ")"));
        try {
            if (ofBuild.isPresent()) {
                return Files.write(ptx, ofBuild.get().image(source).bytes());
            }
            compile(source, CompileOptions.ptx(Architecture.OLDEST), ptx, List.of());
            return Files.writeString(ptx, PortablePtx.lower(Files.readString(ptx)));
        } catch (IOException failure) {
            throw new UncheckedIOException(failure);
        }
    }

    /** Every kernel is in the machine code, and none keeps registers in memory. */
    private static void requireWhole(String source, String report, Path cubin) {
        List<String> functions = new ArrayList<>();
        Matcher matcher = FUNCTION.matcher(report);
        while (matcher.find()) {
            functions.add(matcher.group(1));
            assertThat(matcher.group(3))
                    .as("bytes that %s spills to local memory in %s", matcher.group(1), cubin.getFileName())
                    .isEqualTo("0");
        }
        assertThat(functions)
                .containsAll(KernelCatalog.kernelsOf(source).stream()
                        .map(Kernel::function)
                        .toList());
        try {
            assertThat(Files.readAllBytes(cubin)).startsWith(0x7f, 'E', 'L', 'F');
        } catch (IOException failure) {
            throw new UncheckedIOException(failure);
        }
    }

    /** NVIDIA's assembler checks every instruction against the PTX version that the text claims, and against each target. */
    private String assemble(Path ptx, List<Architecture> targets, Path output, List<String> more) {
        List<String> command = new ArrayList<>(List.of(nvcc));
        if (targets.size() == 1) {
            command.addAll(
                    List.of("-cubin", "--gpu-architecture=" + targets.get(0).real()));
        } else {
            String codes = targets.stream().map(Architecture::real).collect(Collectors.joining(",", "[", "]"));
            command.addAll(List.of("-fatbin", "-gencode", "arch=" + Architecture.OLDEST.virtual() + ",code=" + codes));
        }
        command.addAll(more);
        command.addAll(List.of(ptx.toString(), "-o", output.toString()));
        return Tools.runSuccessfully(command, folder);
    }

    /** The checks above can fail: instructions that came later are refused, and so is what no card of a kind can do. */
    @Test
    void whatIsTooNewOrTooMuchIsRefused() throws IOException {
        String head = PortablePtx.lower(".version 9.0\n.target sm_75\n.address_size 64\n");
        Path tooNew =
                Files.writeString(folder.resolve("new.ptx"), head + ".entry f()\n{\n cp.async.wait_all;\n ret;\n}\n");
        Path tooMuch = Files.writeString(
                folder.resolve("much.ptx"),
                head
                        + ".entry f()\n{\n .shared .b8 all[50000];\n mov.u64 %rd1, all;\n ret;\n}\n"
                                .replace(" mov.u64", " .reg .b64 %rd<2>;\n mov.u64"));
        for (Path ptx : List.of(tooNew, tooMuch)) {
            assertThatThrownBy(() -> assemble(
                            ptx, List.of(HOPPER, Architecture.OLDEST), folder.resolve("refused.fatbin"), UNOPTIMISED))
                    .isInstanceOf(IllegalStateException.class)
                    .hasMessageContaining(ptx == tooNew ? "cp.async" : "too much shared data");
        }
        assertThat(asksForArchitecture(new KernelSource("asks.cu", "#if __CUDA_ARCH__ >= 900\n", new TreeMap<>())))
                .isTrue();
        assertThat(asksForArchitecture(new KernelSource("names.cu", "// guard on __CUDA_ARCH__\n", new TreeMap<>())))
                .isFalse();
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
