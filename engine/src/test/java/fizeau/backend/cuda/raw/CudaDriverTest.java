// SPDX-License-Identifier: Apache-2.0
package fizeau.backend.cuda.raw;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import fizeau.backend.cuda.PretendCudaExtension;
import fizeau.kernels.Architecture;
import fizeau.kernels.CompileOptions;
import fizeau.kernels.DeviceAddress;
import fizeau.kernels.KernelCatalog;
import fizeau.kernels.KernelSource;
import fizeau.kernels.NvrtcCompiler;
import fizeau.kernels.PretendCuda;
import fizeau.kernels.SumRowsParameters;
import fizeau.nativeconfig.CudaAvailability;
import fizeau.nativeconfig.NativeConfigReport;
import fizeau.nativeconfig.elf.ElfImage;
import java.io.InputStream;
import java.nio.file.Path;
import java.util.concurrent.atomic.AtomicReference;
import jcuda.JCudaVersion;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** Owners of the driver's objects, through the real JNI library on the pretend driver. */
@ExtendWith(PretendCudaExtension.class)
class CudaDriverTest {

    private static final int OUT_OF_MEMORY = 2;
    private static final int ILLEGAL_ADDRESS = 700;

    private final PretendCuda machine;
    private CudaDriver driver;
    private CudaContext context;

    CudaDriverTest(PretendCuda machine) {
        this.machine = machine;
    }

    @BeforeEach
    void openContext() {
        driver = CudaDriver.load(library());
        context = CudaContext.open(driver, 0);
    }

    @AfterEach
    void closingGivesEverythingBack() {
        context.close();
        context.close();
        assertThat(context.account().liveBytes()).isZero();
        assertThat(LiveObjects.count()).isZero();
    }

    private Path library() {
        return machine.libraries().resolve("libcuda.so.1");
    }

    /** The gate knows the symbols that JCuda's library really binds; a wrong name would be checked in vain. */
    @Test
    void everyFunctionIsOneThatTheBindingImports() throws Exception {
        String name = "/lib/libJCudaDriver-" + JCudaVersion.get() + "-linux-x86_64.so";
        try (InputStream stream = CudaDriverTest.class.getResourceAsStream(name)) {
            ElfImage binding = ElfImage.parse(stream.readAllBytes());
            for (DriverFunction function : DriverFunction.values()) {
                assertThat(binding.symbols()).contains(new ElfImage.Symbol(function.symbol(), false));
            }
        }
        assertThat(CudaDriver.functionsOf(library())).containsExactlyInAnyOrder(DriverFunction.values());
    }

    @Test
    void aLibraryThatLacksFunctionsIsRefusedBeforeItIsLoaded() {
        Path nvrtc = machine.libraries().resolve("libnvrtc.so.13");
        assertThatThrownBy(() -> CudaDriver.load(nvrtc))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("libnvrtc.so.13")
                .hasMessageContaining("no NVIDIA driver");
    }

    @Test
    void devicesThatDoNotExistAreNamed() {
        for (int ordinal : new int[] {-1, 1}) {
            assertThatThrownBy(() -> CudaContext.open(driver, ordinal))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessageContaining("cuda:" + ordinal)
                    .hasMessageContaining("1 device");
        }
    }

    @Test
    void memoryIsAccountedAndFreedOnce() {
        DeviceMemory first = DeviceMemory.allocate(context, 1000, "a test");
        DeviceMemory second = DeviceMemory.allocate(context, 24, "a test");
        assertThat(context.account().liveBytes()).isEqualTo(1024);
        assertThat(context.freeBytes()).isEqualTo(PretendCuda.MEMORY_BYTES - 1024);
        first.close();
        first.close();
        assertThat(context.account().liveBytes()).isEqualTo(24);
        assertThat(context.account().peakBytes()).isEqualTo(1024);
        assertThatThrownBy(first::address)
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("closed");
        second.close();
        assertThat(context.freeBytes()).isEqualTo(PretendCuda.MEMORY_BYTES);
    }

    @Test
    void outOfMemoryNamesTheSizes() {
        try (DeviceMemory held = DeviceMemory.allocate(context, 1 << 20, "a test")) {
            assertThatThrownBy(() -> DeviceMemory.allocate(context, 2L << 30, "measurements"))
                    .isInstanceOf(CudaException.class)
                    .hasMessageContainingAll(
                            "cuMemAlloc_v2",
                            "CUDA_ERROR_OUT_OF_MEMORY (2)",
                            "2147483648 bytes were asked for measurements",
                            "1072693248 of 1073741824 are free",
                            "1048576 are held by Fizeau",
                            "use fewer centres");
            assertThat(context.account().liveBytes()).isEqualTo(held.bytes());
        }
    }

    @Test
    void copiesReachTheDeviceAndComeBack() {
        try (CudaStream stream = CudaStream.open(context);
                PinnedMemory host = PinnedMemory.allocate(context, 64);
                DeviceMemory device = DeviceMemory.allocate(context, 128, "a test")) {
            for (int i = 0; i < 8; i++) {
                host.buffer().putLong(8 * i, 100 + i);
            }
            stream.clear(device);
            stream.copyToDevice(host, device, 32, 64);
            stream.synchronize();
            stream.copyToHost(device, 24, host, 24);
            stream.synchronize();
            assertThat(new long[] {
                        host.buffer().getLong(0),
                        host.buffer().getLong(8),
                        host.buffer().getLong(16)
                    })
                    .containsExactly(0, 100, 101);
            assertThatThrownBy(() -> stream.copyToDevice(host, device, 65, 64))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessageContaining("129 bytes")
                    .hasMessageContaining("128");
            assertThatThrownBy(() -> stream.copyToHost(device, 0, host, 65))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessageContaining("65 bytes");
        }
    }

    /** Each replay reads memory as it is then; parameters are those of the capture. */
    @Test
    void aCapturedGraphIsReplayed() {
        try (CudaStream stream = CudaStream.open(context);
                PinnedMemory host = PinnedMemory.allocate(context, 3 * Double.BYTES);
                DeviceMemory values = DeviceMemory.allocate(context, host.bytes(), "a test");
                DeviceMemory total = DeviceMemory.allocate(context, Double.BYTES, "a test");
                CudaModule module = module("metrics")) {
            CudaFunction sum = module.function(KernelCatalog.kernelFor(SumRowsParameters.class));
            try (CudaGraph graph = stream.capture(() -> {
                stream.copyToDevice(host, values, 0, host.bytes());
                stream.launch(sum, new SumRowsParameters(values.address(), total.address(), DeviceAddress.NULL, 1, 3));
                stream.copyToHost(total, 0, host, Double.BYTES);
            })) {
                for (double first : new double[] {1, 5}) {
                    host.buffer().putDouble(0, first).putDouble(8, 10).putDouble(16, 100);
                    stream.launch(graph);
                    stream.synchronize();
                    assertThat(host.buffer().getDouble(0)).isEqualTo(first + 110);
                }
            }
        }
    }

    @Test
    void whatACaptureForbidsIsToldAndEndsIt() {
        try (CudaStream stream = CudaStream.open(context);
                DeviceMemory memory = DeviceMemory.allocate(context, 64, "a test")) {
            assertThatThrownBy(() -> stream.capture(() -> DeviceMemory.allocate(context, 8, "a test")))
                    .isInstanceOf(CudaException.class)
                    .hasMessageContaining("900");
            stream.capture(() -> stream.clear(memory)).close();
            stream.synchronize(); // no capture is under way any more
        }
    }

    /** The pretend driver counts a profiler that was started as one thing more that is alive. */
    @Test
    void aProfiledRangeIsClosedWhateverHappens() {
        int before = LiveObjects.count();
        context.profiled(() -> assertThat(LiveObjects.count()).isEqualTo(before + 1));
        assertThat(LiveObjects.count()).isEqualTo(before);
        assertThatThrownBy(() -> context.profiled(() -> {
                    throw new IllegalStateException("the work failed");
                }))
                .hasMessage("the work failed");
        assertThat(LiveObjects.count()).isEqualTo(before);
    }

    @Test
    void eventsMeasureWhatLiesBetween() {
        try (CudaStream stream = CudaStream.open(context);
                CudaEvent start = CudaEvent.open(context);
                CudaEvent end = CudaEvent.open(context);
                DeviceMemory memory = DeviceMemory.allocate(context, 1 << 20, "a test")) {
            start.record(stream);
            stream.clear(memory);
            end.record(stream);
            assertThatThrownBy(() -> end.nanosSince(start))
                    .isInstanceOf(CudaException.class)
                    .hasMessageContaining("600");
            end.synchronize();
            assertThat(end.nanosSince(start)).isPositive();
        }
    }

    @Test
    void machineCodeThatIsNoneIsRefusedInWords() {
        assertThatThrownBy(() -> CudaModule.load(context, new byte[] {1, 2, 3, 0}, "broken.cu"))
                .isInstanceOf(CudaException.class)
                .hasMessageContainingAll("CUDA_ERROR_INVALID_IMAGE", "broken.cu", "cubin cache");
        try (CudaModule metrics = module("metrics")) {
            assertThatThrownBy(() ->
                            metrics.function(KernelCatalog.kernelsOf("measure").get(0)))
                    .isInstanceOf(CudaException.class)
                    .hasMessageContainingAll("CUDA_ERROR_NOT_FOUND", "box_project", "metrics.cu");
        }
    }

    /** A context is current to one thread: another one is refused in words rather than by a code of the driver. */
    @Test
    void otherThreadsAreRefused() throws InterruptedException {
        AtomicReference<Throwable> caught = new AtomicReference<>();
        Thread other = new Thread(() -> {
            try {
                DeviceMemory.allocate(context, 8, "a test");
            } catch (RuntimeException failure) {
                caught.set(failure);
            }
        });
        other.start();
        other.join();
        assertThat(caught.get()).isInstanceOf(IllegalStateException.class).hasMessageContaining("belongs to thread");
    }

    /** Whatever is open when the context closes goes with it, and closing it later is harmless. */
    @Test
    void theContextClosesWhatIsStillOpen() {
        DeviceMemory memory = DeviceMemory.allocate(context, 8, "a test");
        CudaStream stream = CudaStream.open(context);
        context.close();
        assertThat(LiveObjects.count()).isZero();
        assertThatCode(memory::close).doesNotThrowAnyException();
        assertThatCode(stream::close).doesNotThrowAnyException();
        assertThatThrownBy(() -> DeviceMemory.allocate(context, 8, "a test"))
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("closed");
    }

    @Test
    void whatFailsToOpenLeavesNothing() throws Exception {
        int before = LiveObjects.count();
        String[] functions = {"cuMemAlloc_v2", "cuMemHostAlloc", "cuStreamCreate", "cuEventCreate", "cuModuleLoadData"};
        for (String function : functions) {
            try (AutoCloseable fault = machine.failing(function + " " + OUT_OF_MEMORY)) {
                assertThatThrownBy(() -> {
                            DeviceMemory.allocate(context, 8, "a test").close();
                            PinnedMemory.allocate(context, 8).close();
                            CudaStream.open(context).close();
                            CudaEvent.open(context).close();
                            module("metrics").close();
                        })
                        .isInstanceOf(CudaException.class)
                        .hasMessageContaining(function + " answered CUDA_ERROR_OUT_OF_MEMORY (2)");
            }
            assertThat(LiveObjects.count()).as("after " + function).isEqualTo(before);
            assertThat(context.account().liveBytes()).isZero();
        }
        try (CudaStream stream = CudaStream.open(context);
                AutoCloseable fault = machine.failing("cuGraphInstantiateWithFlags " + OUT_OF_MEMORY)) {
            assertThatThrownBy(() -> stream.capture(() -> {})).isInstanceOf(CudaException.class);
        }
        try (AutoCloseable fault = machine.failing("cuCtxSetCurrent " + OUT_OF_MEMORY)) {
            assertThatThrownBy(() -> CudaContext.open(driver, 0)).isInstanceOf(CudaException.class);
        }
        assertThat(LiveObjects.count()).isEqualTo(before);
    }

    @Test
    void aLostDeviceIsToldAsOne() throws Exception {
        try (CudaStream stream = CudaStream.open(context)) {
            try (AutoCloseable fault = machine.failing("cuStreamSynchronize " + ILLEGAL_ADDRESS)) {
                assertThatThrownBy(stream::synchronize)
                        .isInstanceOfSatisfying(CudaException.class, failure -> {
                            assertThat(failure.isDeviceLost()).isTrue();
                            assertThat(failure.code()).isEqualTo(ILLEGAL_ADDRESS);
                            assertThat(failure.function()).isEqualTo("cuStreamSynchronize");
                        })
                        .hasMessageContainingAll("CUDA_ERROR_ILLEGAL_ADDRESS (700)", "lost to this process");
            }
        }
    }

    private CudaModule module(String source) {
        CudaAvailability.Available cuda = (CudaAvailability.Available)
                NativeConfigReport.examine(machine.settings()).cuda();
        byte[] image =
                NvrtcCompiler.open(cuda).compile(KernelSource.load(source), CompileOptions.cubin(Architecture.OLDEST));
        return CudaModule.load(context, image, source + ".cu");
    }
}
