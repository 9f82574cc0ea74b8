// SPDX-License-Identifier: Apache-2.0
package fizeau.backend.cuda.raw;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import fizeau.backend.cuda.PretendCudaExtension;
import fizeau.kernels.PretendCuda;
import fizeau.nativeconfig.CudaAvailability;
import fizeau.nativeconfig.JcudaBinding;
import fizeau.nativeconfig.NativeConfigReport;
import fizeau.nativeconfig.elf.ElfImage;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/** Transform plans through the real JNI library, bound to a Fourier library of the pretend machine. */
@ExtendWith(PretendCudaExtension.class)
class CufftTest {

    private static final int VERSION_OF_THE_PRETEND_LIBRARY = 12999;
    private static final int NY = 3;
    private static final int NX = 5;
    private static final int IMAGES = 2;

    private final PretendCuda machine;
    private CudaContext context;
    private CudaStream stream;

    CufftTest(PretendCuda machine) {
        this.machine = machine;
    }

    @BeforeEach
    void open() {
        context = CudaContext.open(CudaDriver.load(machine.libraries().resolve("libcuda.so.1")), 0);
        stream = CudaStream.open(context);
    }

    @AfterEach
    void closingGivesEverythingBack() {
        context.close();
        assertThat(context.account().liveBytes()).isZero();
        assertThat(LiveObjects.count()).isZero();
    }

    private static CudaAvailability.Available cuda(PretendCuda machine) {
        return (CudaAvailability.Available)
                NativeConfigReport.examine(machine.settings()).cuda();
    }

    @Test
    void everyFunctionIsOneThatTheBindingImports() throws Exception {
        String name = "/lib/libJCufft-" + JcudaBinding.named("JCufft").version() + "-linux-x86_64.so";
        try (InputStream in = CufftTest.class.getResourceAsStream(name)) {
            ElfImage binding = ElfImage.parse(in.readAllBytes());
            for (CufftFunction function : CufftFunction.values()) {
                assertThat(binding.symbols()).contains(new ElfImage.Symbol(function.symbol(), false));
            }
        }
    }

    @Test
    void theLibraryOfTheMachineAnswers() {
        assertThat(Cufft.load(cuda(machine)).version()).isEqualTo(VERSION_OF_THE_PRETEND_LIBRARY);
    }

    @Test
    void aMissingLibraryIsToldWithItsRemedy(@TempDir Path folder) {
        PretendCuda without = machine.variant(folder, PretendCuda.DRIVER_VERSION, "libcufft.so.12");
        assertThatThrownBy(() -> Cufft.load(cuda(without)))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContainingAll(
                        "libcufft.so.12 is missing, which the full-FFT plan needs", "pip install 'nvidia-cufft");
    }

    /** Two images of three by five against the sum that defines the transform. */
    @Test
    void imagesAreTransformedInPlace() {
        Cufft cufft = Cufft.load(cuda(machine));
        int values = 2 * IMAGES * NY * NX;
        try (CufftPlan plan = CufftPlan.open(context, cufft, stream, NY, NX, IMAGES);
                PinnedMemory host = PinnedMemory.allocate(context, Float.BYTES * values);
                DeviceMemory fields = DeviceMemory.allocate(context, host.bytes(), "fields")) {
            assertThat(plan.bytes()).isEqualTo((long) Float.BYTES * values);
            assertThat(context.account().liveBytes()).isEqualTo(plan.bytes() + fields.bytes());
            float[] before = new float[values];
            ByteBuffer buffer = host.buffer();
            for (int i = 0; i < values; i++) {
                before[i] = (i * 37 % 11) - 5;
                buffer.putFloat(Float.BYTES * i, before[i]);
            }
            stream.copyToDevice(host, fields, 0, host.bytes());
            plan.transform(fields);
            stream.copyToHost(fields, 0, host, host.bytes());
            stream.synchronize();
            for (int image = 0; image < IMAGES; image++) {
                for (int k = 0; k < NY; k++) {
                    for (int l = 0; l < NX; l++) {
                        double[] sum = sum(before, image, k, l);
                        int at = 2 * ((image * NY + k) * NX + l);
                        assertThat((double) buffer.getFloat(Float.BYTES * at)).isCloseTo(sum[0], within(1e-4));
                        assertThat((double) buffer.getFloat(Float.BYTES * (at + 1)))
                                .isCloseTo(sum[1], within(1e-4));
                    }
                }
            }
        }
    }

    private static double[] sum(float[] fields, int image, int k, int l) {
        double re = 0;
        double im = 0;
        for (int y = 0; y < NY; y++) {
            for (int x = 0; x < NX; x++) {
                double angle = -2 * Math.PI * ((double) k * y / NY + (double) l * x / NX);
                int at = 2 * ((image * NY + y) * NX + x);
                re += fields[at] * Math.cos(angle) - fields[at + 1] * Math.sin(angle);
                im += fields[at] * Math.sin(angle) + fields[at + 1] * Math.cos(angle);
            }
        }
        return new double[] {re, im};
    }

    /** Whatever fails while a plan is made: handle and work area are given back. */
    @Test
    void aPlanThatCannotBeMadeLeavesNothing() throws Exception {
        Cufft cufft = Cufft.load(cuda(machine));
        int before = LiveObjects.count();
        String[] faults = {
            "cufftCreate 5",
            "cufftSetAutoAllocation 1",
            "cufftMakePlanMany 2",
            "cufftSetStream 1",
            "cufftSetWorkArea 4",
            "cuMemAlloc_v2 2"
        };
        for (String fault : faults) {
            try (AutoCloseable failing = machine.failing(fault)) {
                assertThatThrownBy(() -> CufftPlan.open(context, cufft, stream, NY, NX, IMAGES))
                        .as(fault)
                        .isInstanceOf(CudaException.class)
                        .hasMessageContaining(fault.split(" ")[0]);
            }
            assertThat(LiveObjects.count()).as(fault).isEqualTo(before);
            assertThat(context.account().liveBytes()).as(fault).isZero();
        }
        try (AutoCloseable failing = machine.failing("cufftMakePlanMany 2")) {
            assertThatThrownBy(() -> CufftPlan.open(context, cufft, stream, NY, NX, IMAGES))
                    .hasMessageContainingAll(
                            "cufftMakePlanMany answered CUFFT_ALLOC_FAILED (2)",
                            "an FFT plan of 2 x 3 x 5 was asked for",
                            "1073741824 of 1073741824 are free");
        }
    }

    @Test
    void wrongSizesAreRefusedInWords() {
        Cufft cufft = Cufft.load(cuda(machine));
        assertThatThrownBy(() -> CufftPlan.open(context, cufft, stream, 0, NX, 1))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("0 x 5");
        try (CufftPlan plan = CufftPlan.open(context, cufft, stream, NY, NX, IMAGES);
                DeviceMemory small = DeviceMemory.allocate(context, 8, "a test")) {
            assertThatThrownBy(() -> plan.transform(small)).isInstanceOf(IllegalArgumentException.class);
        }
    }

    /** A library tells a lost device as a failure of its own; the driver is asked. */
    @Test
    void aDeviceThatIsLostInATransformIsToldAsOne() throws Exception {
        Cufft cufft = Cufft.load(cuda(machine));
        try (DeviceMemory fields = DeviceMemory.allocate(context, 1 << 10, "fields");
                CufftPlan plan = CufftPlan.open(context, cufft, stream, NY, NX, IMAGES)) {
            try (AutoCloseable failing = machine.failing("cufftExecC2C 6", "cuCtxSynchronize 719")) {
                assertThatThrownBy(() -> plan.transform(fields))
                        .isInstanceOfSatisfying(
                                CudaException.class,
                                failure -> assertThat(failure.isDeviceLost()).isTrue())
                        .hasMessageContainingAll(
                                "CUDA_ERROR_LAUNCH_FAILED (719)", "an FFT plan of 2 x 3 x 5", "lost to this process");
            }
        }
    }
}
