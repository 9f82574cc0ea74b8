// SPDX-License-Identifier: Apache-2.0
package fizeau.backend.selection;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import fizeau.backend.Backend;
import fizeau.backend.cuda.PretendCudaExtension;
import fizeau.backend.cuda.raw.LiveObjects;
import fizeau.kernels.PretendCuda;
import fizeau.nativeconfig.Settings;
import java.lang.reflect.Proxy;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/** What is opened for which word, with and without a GPU. */
@ExtendWith(PretendCudaExtension.class)
class BackendSelectorTest {

    private final PretendCuda machine;
    private final List<String> notices = new ArrayList<>();
    private final List<String> closed = new ArrayList<>();

    BackendSelectorTest(PretendCuda machine) {
        this.machine = machine;
    }

    private BackendSelector selector(Settings settings) {
        return new BackendSelector(settings, this::cpu, notices::add);
    }

    /** Stands for the CPU, which is not what this is about. */
    private Backend cpu() {
        return (Backend) Proxy.newProxyInstance(
                Backend.class.getClassLoader(), new Class<?>[] {Backend.class}, (proxy, method, arguments) -> {
                    if (method.getName().equals("close")) {
                        closed.add("cpu");
                        return null;
                    }
                    return method.getName().equals("name") ? "cpu" : null;
                });
    }

    @Test
    void wordsAreParsed() {
        assertThat(DeviceName.parse("auto").kind()).isEqualTo(DeviceName.Kind.AUTO);
        assertThat(DeviceName.parse("cpu").kind()).isEqualTo(DeviceName.Kind.CPU);
        assertThat(DeviceName.parse("cuda")).isEqualTo(new DeviceName(DeviceName.Kind.CUDA, 0));
        assertThat(DeviceName.parse("cuda:12")).isEqualTo(new DeviceName(DeviceName.Kind.CUDA, 12));
        assertThat(DeviceName.parse("cuda:12")).hasToString("cuda:12");
        for (String word : List.of("tpu", "cuda:", "cuda:x", "cuda:1234", "CUDA", "")) {
            assertThatThrownBy(() -> DeviceName.parse(word))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessage("--device " + word + " is unknown: use auto, cpu or cuda[:n]");
        }
    }

    @Test
    void aMachineWithAGpuGivesIt() {
        BackendSelector selector = selector(machine.settings());
        try (Backend backend = selector.open(DeviceName.parse("auto"))) {
            assertThat(backend.name()).isEqualTo("cuda");
        }
        try (Backend backend = selector.open(DeviceName.parse("cuda:0"))) {
            assertThat(backend.name()).isEqualTo("cuda");
        }
        try (Backend backend = selector.open(DeviceName.parse("cpu"))) {
            assertThat(backend.name()).isEqualTo("cpu");
        }
        List<Backend> all = selector.openAll(DeviceName.parse("auto"));
        assertThat(all.stream().map(Backend::name)).containsExactly("cpu", "cuda");
        all.forEach(Backend::close);
        assertThat(notices).isEmpty();
        assertThat(LiveObjects.count()).isZero();
    }

    @Test
    void aMachineWithoutOneGivesTheCpuAndOneLine(@TempDir Path root) {
        Settings none = new Settings(Map.of(), machine.settings().properties(), root);
        try (Backend backend = selector(none).open(DeviceName.parse("auto"))) {
            assertThat(backend.name()).isEqualTo("cpu");
        }
        List<Backend> all = selector(none).openAll(DeviceName.parse("auto"));
        assertThat(all.stream().map(Backend::name)).containsExactly("cpu");
        assertThat(notices)
                .hasSize(2)
                .allSatisfy(line -> assertThat(line)
                        .contains("no NVIDIA driver: libcuda.so.1 is in no system folder")
                        .doesNotContain("\n"));
        assertThatThrownBy(() -> selector(none).open(DeviceName.parse("cuda")))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageStartingWith("--device cuda cannot be used: no NVIDIA driver")
                .hasMessageEndingWith("; use --device cpu");
    }

    @Test
    void aBrokenGpuIsToldAndLeavesNothing() throws Exception {
        assertThatThrownBy(() -> selector(machine.settings()).open(DeviceName.parse("cuda:3")))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("--device cuda:3 cannot be used: there is no device cuda:3");
        String[] calls = {"cuInit 999", "cuDevicePrimaryCtxRetain 46", "cuStreamCreate 2", "cuModuleLoadData 209"};
        for (String call : calls) {
            notices.clear();
            try (AutoCloseable fault = machine.failing(call, "cuModuleLoadDataEx 209");
                    Backend backend = selector(machine.settings()).open(DeviceName.parse("auto"))) {
                assertThat(backend.name()).isEqualTo("cpu");
            }
            assertThat(notices).singleElement().asString().contains(call.split(" ")[0], "answered");
            assertThat(LiveObjects.count()).as(call).isZero();
        }
    }

    /** The driver is too old for the CUDA that is here, or the compiler of the kernels is missing. */
    @Test
    void aMachineThatLacksSomethingIsToldWhat(@TempDir Path old, @TempDir Path bare) {
        Settings oldDriver = compiling(machine.variant(old, "535.54.03"));
        Settings withoutCompiler = compiling(machine.variant(bare, PretendCuda.DRIVER_VERSION, "libnvrtc.so.13"));
        assertThatThrownBy(() -> selector(oldDriver).open(DeviceName.parse("cuda")))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContainingAll(
                        "--device cuda cannot be used: CUDA 13.0 needs driver 580.65.06 or newer, this machine has 535.54.03",
                        "update the driver",
                        "use --device cpu");
        assertThatThrownBy(() -> selector(withoutCompiler).open(DeviceName.parse("cuda")))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContainingAll("libnvrtc.so.13 is missing, which compiling kernels needs", "pip install");
        try (Backend backend = selector(oldDriver).open(DeviceName.parse("auto"))) {
            assertThat(backend.name()).isEqualTo("cpu");
        }
        assertThat(notices).singleElement().asString().contains("update the driver");
    }

    /** With kernels from NVRTC only: a build may hold portable ones, which an older driver without NVRTC takes as well. */
    private static Settings compiling(PretendCuda machine) {
        Map<String, String> properties = new HashMap<>(machine.settings().properties());
        properties.put("fizeau.kernels", "nvrtc");
        return new Settings(Map.of(), properties, machine.settings().root());
    }

    /** The portable bundle: what the CPU needs is not on the class path. */
    @Test
    void anInstallationWithoutTheCpusLibrariesSaysSo(@TempDir Path root) {
        Settings none = new Settings(Map.of(), machine.settings().properties(), root);
        for (Settings settings : List.of(none, machine.settings())) {
            BackendSelector selector = new BackendSelector(
                    settings,
                    () -> {
                        throw new NoClassDefFoundError("org/bytedeco/openblas/global/openblas");
                    },
                    notices::add);
            assertThatThrownBy(() -> selector.open(DeviceName.parse("cpu")))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessageStartingWith("--device cpu cannot be used: OpenBLAS is not part of this installation");
            List<Backend> all = selector.openAll(DeviceName.parse("auto"));
            assertThat(all).hasSize(settings == none ? 0 : 1);
            all.forEach(Backend::close);
        }
        assertThat(notices).anyMatch(line -> line.startsWith("leaving cpu out: OpenBLAS is not part"));
        assertThat(LiveObjects.count()).isZero();
    }

    @Test
    void otherErrorsOfThePlatformAreNotExplainedAway() {
        NoClassDefFoundError other = new NoClassDefFoundError("fizeau/Other");
        BackendSelector selector = new BackendSelector(
                machine.settings(),
                () -> {
                    throw other;
                },
                notices::add);
        assertThatThrownBy(() -> selector.open(DeviceName.parse("cpu"))).isSameAs(other);
        assertThat(AbsentLibrary.explain(new IllegalStateException("org/bytedeco/pytorch")))
                .isEmpty();
        assertThat(AbsentLibrary.explain(
                        new NoClassDefFoundError("Could not initialize class fizeau.backend.cpu.Blas")))
                .isEmpty();
        assertThat(AbsentLibrary.explain(new IllegalStateException(new NoClassDefFoundError("org/bytedeco/pytorch/X"))))
                .get()
                .asString()
                .startsWith("libtorch is not part of this installation");
    }

    @Test
    void whatWasOpenedFirstIsClosedWhenTheSecondBreaks() {
        BackendSelector selector = new BackendSelector(null, this::cpu, notices::add);
        assertThatThrownBy(() -> selector.openAll(DeviceName.parse("auto"))).isInstanceOf(NullPointerException.class);
        assertThat(closed).containsExactly("cpu");
    }
}
