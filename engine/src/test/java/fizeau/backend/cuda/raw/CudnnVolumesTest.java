// SPDX-License-Identifier: Apache-2.0
package fizeau.backend.cuda.raw;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import fizeau.backend.cuda.PretendCudaExtension;
import fizeau.backend.cuda.raw.CudnnConvolution.Pass;
import fizeau.backend.cuda.raw.CudnnConvolution.Volumes;
import fizeau.kernels.PretendCuda;
import fizeau.nativeconfig.CudaAvailability;
import fizeau.nativeconfig.NativeConfigReport;
import fizeau.testkit.RandomImages;
import java.util.Arrays;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Convolutions of batches of volumes through the real JNI library, against sums in Java. */
@ExtendWith(PretendCudaExtension.class)
class CudnnVolumesTest {

    private static final int CANNOT_RUN = 6; // of the filter's gradient, on the pretend machine

    private final PretendCuda machine;
    private CudaContext context;
    private CudaStream stream;
    private CudnnHandle cudnn;

    CudnnVolumesTest(PretendCuda machine) {
        this.machine = machine;
    }

    @BeforeEach
    void open() {
        CudaAvailability.Available cuda = (CudaAvailability.Available)
                NativeConfigReport.examine(machine.settings()).cuda();
        context = CudaContext.open(CudaDriver.load(machine.libraries().resolve("libcuda.so.1")), 0);
        stream = CudaStream.open(context);
        cudnn = CudnnHandle.open(context, Cudnn.load(cuda), stream);
    }

    @AfterEach
    void closingGivesEverythingBack() {
        context.close();
        assertThat(context.account().liveBytes()).isZero();
        assertThat(LiveObjects.count()).isZero();
    }

    /** The kinds of a residual U-Net, on volumes whose three extents differ. */
    @ParameterizedTest
    @CsvSource({
        "2, 2, 4, 6, 2, 3, 3, 1, 1",
        "2, 3, 4, 2, 6, 2, 3, 2, 1",
        "1, 2, 2, 4, 6, 3, 1, 2, 0",
        "3, 2, 4, 2, 2, 1, 2, 2, 0"
    })
    void passesEqualTheirSums(
            int samples, int channels, int nz, int ny, int nx, int filters, int kernel, int stride, int padding) {
        Volumes shape = new Volumes(samples, channels, nz, ny, nx, filters, kernel, stride, padding);
        for (Pass pass : Pass.values()) {
            int tried = 0;
            for (int algorithm : pass.algorithms()) {
                try (CudnnConvolution convolution = CudnnConvolution.open(cudnn, shape, false)) {
                    boolean runs = !(pass == Pass.BACKWARD_FILTER && algorithm == CANNOT_RUN);
                    if (runs && convolution.workspaceBytes(pass, algorithm).isPresent()) {
                        assertPass(convolution, shape, pass, algorithm);
                        tried++;
                    }
                }
            }
            assertThat(tried).as("%s", pass).isPositive();
        }
    }

    @Test
    void impossibleShapesAreRefused() {
        assertThatThrownBy(() -> new Volumes(0, 1, 4, 4, 4, 1, 3, 1, 1)).hasMessageContaining("0 samples");
        assertThatThrownBy(() -> new Volumes(1, 1, 4, 1, 4, 1, 3, 1, 0))
                .hasMessageContainingAll("4 x 1 x 4 voxels", "has to fit");
    }

    private void assertPass(CudnnConvolution convolution, Volumes shape, Pass pass, int algorithm) {
        float[] image = RandomImages.signed((int) shape.imageCount(), 1);
        float[] filter = RandomImages.signed((int) shape.filterCount(), 2);
        float[] response = RandomImages.signed((int) shape.responseCount(), 3);
        float[] result = pass == Pass.FORWARD ? response : pass == Pass.BACKWARD_DATA ? image : filter;
        double[] expected = sums(shape, pass, image, filter, response, new double[result.length]);
        Arrays.fill(result, Float.NaN);
        long bytes = convolution.workspaceBytes(pass, algorithm).orElseThrow();
        try (DeviceMemory x = upload(image);
                DeviceMemory w = upload(filter);
                DeviceMemory y = upload(response);
                DeviceMemory workspace = DeviceMemory.allocate(context, Math.max(1, bytes), "a workspace")) {
            convolution.run(pass, algorithm, x.address(), w.address(), y.address(), bytes == 0 ? null : workspace);
            float[] actual = download(pass == Pass.FORWARD ? y : pass == Pass.BACKWARD_DATA ? x : w, result.length);
            for (int i = 0; i < actual.length; i++) {
                assertThat((double) actual[i])
                        .as("%s, algorithm %d, element %d", pass, algorithm, i)
                        .isCloseTo(expected[i], within(1e-5));
            }
        }
    }

    private static double[] sums(Volumes s, Pass pass, float[] image, float[] filter, float[] response, double[] sums) {
        int mz = s.responseExtent(s.nz());
        int my = s.responseExtent(s.ny());
        int mx = s.responseExtent(s.nx());
        int k = s.kernel();
        for (int y = 0; y < response.length; y++) {
            int sample = y / (s.filters() * mz * my * mx);
            int to = y / (mz * my * mx) % s.filters();
            for (int tap = 0; tap < s.channels() * k * k * k; tap++) {
                int from = tap / (k * k * k);
                int z = y / (my * mx) % mz * s.stride() - s.padding() + tap / (k * k) % k;
                int row = y / mx % my * s.stride() - s.padding() + tap / k % k;
                int column = y % mx * s.stride() - s.padding() + tap % k;
                boolean inside = z >= 0 && z < s.nz() && row >= 0 && row < s.ny() && column >= 0 && column < s.nx();
                if (inside) {
                    int x = (((sample * s.channels() + from) * s.nz() + z) * s.ny() + row) * s.nx() + column;
                    int w = to * s.channels() * k * k * k + tap;
                    switch (pass) {
                        case FORWARD -> sums[y] += (double) image[x] * filter[w];
                        case BACKWARD_DATA -> sums[x] += (double) response[y] * filter[w];
                        case BACKWARD_FILTER -> sums[w] += (double) image[x] * response[y];
                    }
                }
            }
        }
        return sums;
    }

    private DeviceMemory upload(float[] values) {
        DeviceMemory memory = DeviceMemory.allocate(context, (long) Float.BYTES * values.length, "values");
        try (PinnedMemory pinned = PinnedMemory.allocate(context, Float.BYTES * values.length)) {
            pinned.buffer().asFloatBuffer().put(values);
            stream.copyToDevice(pinned, memory, 0, memory.bytes());
            stream.synchronize();
        }
        return memory;
    }

    private float[] download(DeviceMemory memory, int count) {
        try (PinnedMemory pinned = PinnedMemory.allocate(context, Float.BYTES * count)) {
            stream.copyToHost(memory, 0, pinned, (long) Float.BYTES * count);
            stream.synchronize();
            float[] values = new float[count];
            pinned.buffer().asFloatBuffer().get(values);
            return values;
        }
    }
}
