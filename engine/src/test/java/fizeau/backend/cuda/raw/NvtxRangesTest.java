// SPDX-License-Identifier: Apache-2.0
package fizeau.backend.cuda.raw;

import static org.assertj.core.api.Assertions.assertThat;

import fizeau.nativeconfig.ProfilerLibraries;
import fizeau.nativeconfig.Settings;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** NVTX's own library tells an injected tool what it was told; in a process of its own, because a tool stays injected. */
class NvtxRangesTest {

    private static final String TOOL = """
            #include <nvtx3/nvToolsExt.h>
            #include <stdio.h>
            static int push(const char *message) { printf("push %s\\n", message); fflush(stdout); return 0; }
            static int pop(void) { printf("pop\\n"); fflush(stdout); return 0; }
            extern "C" int InitializeInjectionNvtx2(NvtxGetExportTableFunc_t get) {
                auto callbacks = (const NvtxExportTableCallbacks *)get(NVTX_ETID_CALLBACKS);
                NvtxFunctionTable table;
                unsigned count = 0;
                if (!callbacks->GetModuleFunctionTable(NVTX_CB_MODULE_CORE, &table, &count)) return 0;
                *table[NVTX_CBID_CORE_RangePushA] = (NvtxFunctionPointer)push;
                *table[NVTX_CBID_CORE_RangePop] = (NvtxFunctionPointer)pop;
                return 1;
            }
            """;

    /** The program of the child. */
    static final class Child {

        private Child() {}

        /** @param arguments the driver that the runtime's binding is linked with */
        public static void main(String[] arguments) {
            System.load(arguments[0]);
            try (NvtxRanges ranges = NvtxRanges.open(ProfilerLibraries.find(Settings.ofProcess()))) {
                ranges.open("sample");
                ranges.open("measure");
                ranges.close();
                ranges.close();
                ranges.close(); // one too many reaches nobody
            }
        }
    }

    @Test
    void anInjectedToolSeesTheRanges(@TempDir Path folder) throws Exception {
        ProfilerLibraries libraries = ProfilerLibraries.find(Settings.ofProcess());
        Assumptions.assumeTrue(
                libraries.nvtx().isPresent() && libraries.runtime().isPresent(),
                "NVTX's library and CUDA's runtime are not both here");
        Path include = Path.of("/usr/local/cuda/include");
        Assumptions.assumeTrue(Files.isRegularFile(include.resolve("nvtx3/nvToolsExt.h")), "no header of NVTX 3");
        Assumptions.assumeTrue(
                Stream.of(System.getenv("PATH").split(":")).anyMatch(bin -> Files.isExecutable(Path.of(bin, "g++"))),
                "g++ is not on the path");
        Files.writeString(folder.resolve("tool.cpp"), TOOL);
        Files.writeString(folder.resolve("driver.cpp"), "");
        String[] options = {"-shared", "-fPIC", "-I" + include};
        run(folder, List.of("g++", options[0], options[1], options[2], "tool.cpp", "-o", "tool.so"), "");
        run(folder, List.of("g++", options[0], options[1], "-Wl,-soname,libcuda.so.1", "driver.cpp", "-o", "d.so"), "");
        String said = run(
                folder,
                List.of(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-cp",
                        System.getProperty("java.class.path"),
                        Child.class.getName(),
                        folder.resolve("d.so").toString()),
                folder.resolve("tool.so").toString());
        assertThat(said.lines()).containsExactly("push sample", "push measure", "pop", "pop");
    }

    private static String run(Path folder, List<String> command, String injected) throws Exception {
        Path log = folder.resolve("messages");
        ProcessBuilder builder = new ProcessBuilder(command).directory(folder.toFile());
        builder.environment().put("NVTX_INJECTION64_PATH", injected);
        Process process =
                builder.redirectErrorStream(true).redirectOutput(log.toFile()).start();
        assertThat(process.waitFor(120, TimeUnit.SECONDS)).isTrue();
        assertThat(process.exitValue()).as(Files.readString(log)).isZero();
        return Files.readString(log);
    }
}
