// SPDX-License-Identifier: Apache-2.0
package fizeau.backend.cuda.raw;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import fizeau.backend.cuda.PretendCudaExtension;
import fizeau.backend.cuda.raw.CublasHandle.Product;
import fizeau.kernels.PretendCuda;
import fizeau.nativeconfig.CudaAvailability;
import fizeau.nativeconfig.JcudaBinding;
import fizeau.nativeconfig.NativeConfigReport;
import fizeau.nativeconfig.elf.ElfImage;
import fizeau.testkit.RandomImages;
import java.io.InputStream;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Products of row-major matrices through the real JNI library, bound to cuBLAS of the pretend machine. */
@ExtendWith(PretendCudaExtension.class)
class CublasTest {

    private static final int VERSION_OF_THE_PRETEND_LIBRARY = 139999;
    private static final double TOLERANCE = 1e-5;

    private final PretendCuda machine;
    private CudaContext context;
    private CudaStream stream;

    CublasTest(PretendCuda machine) {
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

    private CublasHandle handle(boolean tf32) {
        return CublasHandle.open(context, Cublas.load(cuda(machine)), stream, tf32);
    }

    @Test
    void everyFunctionIsOneThatTheBindingImports() throws Exception {
        String name = "/lib/libJCublas2-" + JcudaBinding.named("JCublas2").version() + "-linux-x86_64.so";
        try (InputStream in = CublasTest.class.getResourceAsStream(name)) {
            ElfImage binding = ElfImage.parse(in.readAllBytes());
            for (CublasFunction function : CublasFunction.values()) {
                assertThat(binding.symbols()).contains(new ElfImage.Symbol(function.symbol(), false));
            }
        }
    }

    @Test
    void theLibraryOfTheMachineAnswersAndItsWorkspaceIsCounted() {
        try (CublasHandle cublas = handle(false)) {
            assertThat(cublas.version()).isEqualTo(VERSION_OF_THE_PRETEND_LIBRARY);
            assertThat(context.account().liveBytes()).isEqualTo(4L << 20);
        }
        assertThat(context.account().liveBytes()).isZero();
    }

    @Test
    void aMissingLibraryIsToldWithItsRemedy(@TempDir Path folder) {
        PretendCuda without = machine.variant(folder, PretendCuda.DRIVER_VERSION, "libcublas.so.13");
        assertThatThrownBy(() -> Cublas.load(cuda(without)))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContainingAll(
                        "libcublas.so.13 is missing, which matrix products of the library level need",
                        "pip install 'nvidia-cublas");
    }

    @ParameterizedTest
    @CsvSource({"1, 1", "3, 7", "16, 5"})
    void productsEqualTheirSums(int rows, int columns) {
        float[] matrix = RandomImages.signed(rows * columns, 1);
        float[] tall = RandomImages.signed(rows, 2);
        float[] wide = RandomImages.signed(columns, 3);
        try (CublasHandle cublas = handle(false);
                DeviceMemory a = upload(matrix);
                DeviceMemory left = upload(tall);
                DeviceMemory right = upload(wide);
                DeviceMemory row = upload(new float[columns]);
                DeviceMemory column = upload(new float[rows]);
                DeviceMemory outer = upload(new float[rows * columns])) {
            cublas.vectorTimesMatrix(left.address(), a.address(), row.address(), rows, columns);
            cublas.matrixTimesVector(a.address(), right.address(), column.address(), rows, columns);
            cublas.outerProduct(left.address(), right.address(), outer.address(), rows, columns);
            float[] ofRow = download(row, columns);
            float[] ofColumn = download(column, rows);
            float[] ofOuter = download(outer, rows * columns);
            for (int j = 0; j < columns; j++) {
                double sum = 0;
                for (int i = 0; i < rows; i++) {
                    sum += (double) tall[i] * matrix[i * columns + j];
                }
                assertThat((double) ofRow[j]).isCloseTo(sum, within(TOLERANCE));
            }
            for (int i = 0; i < rows; i++) {
                double sum = 0;
                for (int j = 0; j < columns; j++) {
                    sum += (double) matrix[i * columns + j] * wide[j];
                    assertThat((double) ofOuter[i * columns + j])
                            .isCloseTo((double) tall[i] * wide[j], within(TOLERANCE));
                }
                assertThat((double) ofColumn[i]).isCloseTo(sum, within(TOLERANCE));
            }
        }
    }

    /** Rows that lie apart in a larger array, the right matrix plain and transposed, one product and several. */
    @ParameterizedTest
    @CsvSource({"4, 3, 5, false", "2, 7, 3, true", "1, 1, 1, true"})
    void productsOfPartsOfArraysEqualTheirSums(int rows, int inner, int columns, boolean transposed) {
        int leftPitch = inner + 2;
        int rightPitch = (transposed ? inner : columns) + 1;
        int resultPitch = columns + 3;
        int count = 2;
        float[] left = RandomImages.signed(count * rows * leftPitch, 4);
        float[] right = RandomImages.signed(count * (transposed ? columns : inner) * rightPitch, 5);
        int results = rows * resultPitch;
        Product product = new Product(rows, inner, columns, leftPitch, rightPitch, transposed, resultPitch, 0.5f);
        try (CublasHandle cublas = handle(false);
                DeviceMemory a = upload(left);
                DeviceMemory b = upload(right);
                DeviceMemory one = upload(new float[results]);
                DeviceMemory each = upload(new float[count * results]);
                DeviceMemory lefts = addresses(a, left.length / count);
                DeviceMemory rights = addresses(b, right.length / count);
                DeviceMemory targets = addresses(each, results)) {
            cublas.multiply(product, a.address(), b.address(), one.address());
            cublas.multiplyEach(product, lefts.address(), rights.address(), targets.address(), count);
            float[] ofOne = download(one, results);
            float[] ofEach = download(each, count * results);
            for (int p = 0; p < count; p++) {
                for (int i = 0; i < rows; i++) {
                    for (int j = 0; j < columns; j++) {
                        double sum = 0;
                        for (int k = 0; k < inner; k++) {
                            int at = transposed ? j * rightPitch + k : k * rightPitch + j;
                            sum += 0.5
                                    * left[p * left.length / count + i * leftPitch + k]
                                    * right[p * right.length / count + at];
                        }
                        assertThat((double) ofEach[p * results + i * resultPitch + j])
                                .isCloseTo(sum, within(TOLERANCE));
                        if (p == 0) {
                            assertThat((double) ofOne[i * resultPitch + j]).isCloseTo(sum, within(TOLERANCE));
                        }
                    }
                    for (int j = columns; j < resultPitch; j++) { // what lies between is left alone
                        assertThat(ofEach[p * results + i * resultPitch + j]).isZero();
                    }
                }
            }
        }
    }

    /** Two addresses so many floats apart. */
    private DeviceMemory addresses(DeviceMemory memory, int floats) {
        DeviceMemory list = DeviceMemory.allocate(context, 2 * Long.BYTES, "a test");
        try (PinnedMemory host = PinnedMemory.allocate(context, 2 * Long.BYTES)) {
            host.buffer()
                    .asLongBuffer()
                    .put(memory.address().value())
                    .put(memory.address().plusBytes((long) Float.BYTES * floats).value());
            stream.copyToDevice(host, list, 0, host.bytes());
            stream.synchronize();
        }
        return list;
    }

    @Test
    void productsThatCannotBeAreRefusedInWords() {
        assertThatThrownBy(() -> new Product(0, 1, 1, 1, 1, false, 1, 1))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("product of 0 x 1");
        assertThatThrownBy(() -> new Product(2, 3, 4, 2, 4, false, 4, 1)).hasMessageContaining("they would overlap");
    }

    @Test
    void tf32RoundsFactors() {
        float[][] products = new float[2][];
        for (int tf32 = 0; tf32 < 2; tf32++) {
            try (CublasHandle cublas = handle(tf32 == 1);
                    DeviceMemory left = upload(1.0001f);
                    DeviceMemory right = upload(3f);
                    DeviceMemory outer = upload(0f)) {
                cublas.outerProduct(left.address(), right.address(), outer.address(), 1, 1);
                products[tf32] = download(outer, 1);
            }
        }
        assertThat(products[0][0]).isEqualTo(1.0001f * 3);
        assertThat(products[1][0]).isEqualTo(3f);
    }

    private DeviceMemory upload(float... values) {
        DeviceMemory memory = DeviceMemory.allocate(context, (long) Float.BYTES * values.length, "a test");
        try (PinnedMemory host = PinnedMemory.allocate(context, Float.BYTES * values.length)) {
            host.buffer().asFloatBuffer().put(values);
            stream.copyToDevice(host, memory, 0, host.bytes());
            stream.synchronize();
        }
        return memory;
    }

    private float[] download(DeviceMemory memory, int count) {
        float[] values = new float[count];
        try (PinnedMemory host = PinnedMemory.allocate(context, Float.BYTES * count)) {
            stream.copyToHost(memory, 0, host, host.bytes());
            stream.synchronize();
            host.buffer().asFloatBuffer().get(values);
        }
        return values;
    }
}
