// SPDX-License-Identifier: Apache-2.0
package fizeau.backend.cuda;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import fizeau.backend.MeasurementOperator;
import fizeau.backend.Plan;
import fizeau.backend.cuda.raw.CudaException;
import fizeau.backend.cuda.raw.LiveObjects;
import fizeau.kernels.PortableKernels;
import fizeau.kernels.PretendCuda;
import fizeau.kernels.PretendPtxCompiler;
import fizeau.nativeconfig.Settings;
import fizeau.optics.Mask;
import fizeau.optics.Shape;
import fizeau.testkit.RandomImages;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/** Kernels from NVRTC, from portable PTX, and neither; the PTX is loaded through the real JNI library. */
@ExtendWith(PretendCudaExtension.class)
class KernelSupplyTest {

    private static final Shape OBJECT = new Shape(7, 8);
    private static final Shape FRAME = new Shape(20, 24);

    @TempDir
    Path folder;

    private final PretendCuda machine;
    private Path portable;

    KernelSupplyTest(PretendCuda machine) {
        this.machine = machine;
    }

    @BeforeEach
    void compileBeforehand() throws IOException {
        portable = folder.resolve("portable");
        PortableKernels.write(portable, new PretendPtxCompiler());
    }

    @AfterEach
    void everythingIsGivenBack() {
        assertThat(LiveObjects.count()).isZero();
    }

    /** The pretend machine with properties more. */
    private Settings with(Path root, String... namesAndValues) {
        Map<String, String> properties = new HashMap<>(machine.settings().properties());
        properties.put(KernelSupply.PORTABLE_PROPERTY, portable.toString());
        for (int i = 0; i < namesAndValues.length; i += 2) {
            properties.put(namesAndValues[i], namesAndValues[i + 1]);
        }
        return new Settings(Map.of(), properties, root);
    }

    private Path root() {
        return machine.settings().root();
    }

    /** A machine that has the driver and nothing else of CUDA. */
    private Path driverOnly() throws IOException {
        Path root = folder.resolve("driver-only");
        Path libraries = Files.createDirectories(root.resolve("usr/lib/x86_64-linux-gnu"));
        Files.createSymbolicLink(
                libraries.resolve("libcuda.so.1"), machine.libraries().resolve("libcuda.so.1"));
        return root;
    }

    private static float[] measured(CudaBackend backend) {
        float[] image = new float[FRAME.count()];
        try (MeasurementOperator operator = backend.measurementOperator(OBJECT, FRAME, Plan.MATRIX)) {
            operator.load(RandomImages.amplitudes(OBJECT.count(), 1));
            operator.measure(List.of(Mask.open(FRAME)), image);
        }
        return image;
    }

    @Test
    void withoutNvrtcTheDriverCompilesThePortableText() throws IOException {
        float[] expected;
        try (CudaBackend compiled = CudaBackend.open(machine.settings(), 0)) {
            assertThat(compiled.description()).endsWith("kernels compiled for sm_75 by nvrtc 13.9000");
            expected = measured(compiled);
        }
        try (CudaBackend backend = CudaBackend.open(with(driverOnly()), 0)) {
            assertThat(backend.description())
                    .endsWith("kernels from portable PTX (pretend compiler 1), compiled by the driver");
            assertThat(measured(backend)).isEqualTo(expected);
        }
    }

    @Test
    void thePortableTextCanBeAskedForWhereNvrtcIs() {
        Settings settings = with(root(), KernelSupply.CHOICE_PROPERTY, "portable");
        try (CudaBackend backend = CudaBackend.open(settings, 0)) {
            assertThat(backend.description()).contains("portable PTX");
        }
        Settings unknown = with(root(), KernelSupply.CHOICE_PROPERTY, "fatbin");
        assertThatThrownBy(() -> CudaBackend.open(unknown, 0))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("-Dfizeau.kernels=fatbin is unknown: use auto, nvrtc or portable");
    }

    /** NVRTC newer than the driver, or older than the card: its machine code is refused, the portable text is not. */
    @Test
    void refusedMachineCodeGivesWayToThePortableText() throws Exception {
        try (AutoCloseable fault = machine.failing("cuModuleLoadData 209")) {
            try (CudaBackend backend = CudaBackend.open(with(root()), 0)) {
                assertThat(backend.description()).contains("portable PTX");
            }
            Settings strict = with(root(), KernelSupply.CHOICE_PROPERTY, "nvrtc");
            assertThatThrownBy(() -> CudaBackend.open(strict, 0))
                    .isInstanceOf(CudaException.class)
                    .hasMessageContaining("cuModuleLoadData answered");
        }
        try (AutoCloseable fault = machine.failing("cuModuleLoadData 2")) { // no fault of the image
            assertThatThrownBy(() -> CudaBackend.open(with(root()), 0)).isInstanceOf(CudaException.class);
        }
        try (AutoCloseable fault = machine.failing("cuModuleLoadData 209", "cuModuleLoadDataEx 218")) {
            assertThatThrownBy(() -> CudaBackend.open(with(root()), 0))
                    .isInstanceOf(CudaException.class)
                    .hasMessageContaining("(209)");
        }
    }

    @Test
    void whatTheDriversCompilerSaysIsPassedOn() throws IOException {
        Path file = portable.resolve("measure.ptx");
        Files.writeString(file, Files.readString(file).replace(".version 6.3", ".version 9.0"));
        Settings settings = with(driverOnly());
        assertThatThrownBy(() -> CudaBackend.open(settings, 0))
                .isInstanceOf(CudaException.class)
                .hasMessageStartingWith(
                        "cuModuleLoadDataEx answered CUDA_ERROR_INVALID_PTX (218): the portable kernels of"
                                + " measure.cu were to be compiled by the driver, which said: PTX version 9.0 is newer than this"
                                + " driver;");
    }

    @Test
    void withNeitherTheReasonsSayWhatToInstall() throws IOException {
        Settings nothing = with(
                driverOnly(),
                KernelSupply.PORTABLE_PROPERTY,
                folder.resolve("nothing").toString());
        assertThatThrownBy(() -> CudaBackend.open(nothing, 0))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("no CUDA libraries were found: install CUDA 13.0 or 12.6")
                .hasMessageEndingWith("this build of Fizeau holds no portable kernels, which need no CUDA libraries");
        Settings asked = with(
                root(),
                KernelSupply.CHOICE_PROPERTY,
                "portable",
                KernelSupply.PORTABLE_PROPERTY,
                folder.resolve("nothing").toString());
        assertThatThrownBy(() -> CudaBackend.open(asked, 0))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("there are no portable kernels");
    }
}
