// SPDX-License-Identifier: Apache-2.0
package fizeau.backend.cuda.raw;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import fizeau.backend.Precision;
import fizeau.backend.cuda.PretendCudaExtension;
import fizeau.backend.cuda.raw.CudnnConvolution.Geometry;
import fizeau.backend.cuda.raw.CudnnConvolution.Pass;
import fizeau.kernels.PretendCuda;
import fizeau.nativeconfig.CudaAvailability;
import fizeau.nativeconfig.JcudaBinding;
import fizeau.nativeconfig.NativeConfigReport;
import fizeau.nativeconfig.elf.ElfImage;
import fizeau.testkit.RandomImages;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.Arrays;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/** Convolutions and channels through the real JNI library, bound to cuDNN of the pretend machine, against sums in Java. */
@ExtendWith(PretendCudaExtension.class)
class CudnnTest {

    private static final int VERSION_OF_THE_PRETEND_LIBRARY = 99999;

    private final PretendCuda machine;
    private CudaContext context;
    private CudaStream stream;
    private CudnnHandle cudnn;

    CudnnTest(PretendCuda machine) {
        this.machine = machine;
    }

    @BeforeEach
    void open() {
        context = CudaContext.open(CudaDriver.load(machine.libraries().resolve("libcuda.so.1")), 0);
        stream = CudaStream.open(context);
        cudnn = CudnnHandle.open(context, Cudnn.load(cuda(machine)), stream);
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
        String name = "/lib/libJCudnn-" + JcudaBinding.named("JCudnn").version() + "-linux-x86_64.so";
        try (InputStream in = CudnnTest.class.getResourceAsStream(name)) {
            ElfImage binding = ElfImage.parse(in.readAllBytes());
            for (CudnnFunction function : CudnnFunction.values()) {
                assertThat(binding.symbols()).contains(new ElfImage.Symbol(function.symbol(), false));
            }
        }
    }

    @Test
    void theLibraryOfTheMachineAnswers() {
        assertThat(Cudnn.load(cuda(machine)).version()).isEqualTo(VERSION_OF_THE_PRETEND_LIBRARY);
    }

    @Test
    void aMissingLibraryIsToldWithItsRemedy(@TempDir Path folder) {
        PretendCuda without = machine.variant(folder, PretendCuda.DRIVER_VERSION, "libcudnn.so.9");
        assertThatThrownBy(() -> Cudnn.load(cuda(without)))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContainingAll(
                        "libcudnn.so.9 is missing, which convolutions of the library level need",
                        "pip install 'nvidia-cudnn");
    }

    /** Every pass of the layers' shapes, with every algorithm that can compute it. */
    @ParameterizedTest
    @CsvSource({"2, 8, 3, 4, 2, 1", "3, 7, 2, 3, 1, 1", "2, 6, 1, 3, 1, 0", "1, 4, 5, 4, 2, 1"})
    void passesEqualTheirSums(int channels, int edge, int filters, int kernel, int stride, int padding) {
        Geometry geometry = new Geometry(channels, edge, filters, kernel, stride, padding);
        for (Pass pass : Pass.values()) {
            int tried = 0;
            for (int algorithm : pass.algorithms()) {
                try (CudnnConvolution convolution = CudnnConvolution.open(cudnn, geometry, false)) {
                    if (convolution.workspaceBytes(pass, algorithm).isPresent()
                            && !(pass == Pass.BACKWARD_FILTER && algorithm == 6)) { // that one cannot run
                        assertPass(convolution, pass, algorithm, 1e-5);
                        tried++;
                    }
                }
            }
            assertThat(tried).as("%s", pass).isPositive();
        }
    }

    /** Several images, with every algorithm: the sums, bias and residual added, then the ReLU. */
    @ParameterizedTest
    @CsvSource({"1, false, true", "3, false, true", "2, true, true", "3, false, false", "2, true, false"})
    void whatFollowsAConvolutionIsComputedWithIt(int batch, boolean residual, boolean rectified) {
        Geometry one = new Geometry(2, 5, 3, 3, 2, 1);
        Geometry all = new Geometry(batch, 2, 5, 3, 3, 2, 1);
        float[] images = RandomImages.signed((int) all.imageCount(), 1);
        float[] filter = RandomImages.signed((int) all.filterCount(), 2);
        float[] beside = RandomImages.signed((int) all.responseCount(), 3);
        float[] bias = {0.5f, -0.25f, 0};
        double[] expected = new double[beside.length];
        int pixels = one.responseEdge() * one.responseEdge();
        for (int n = 0; n < batch; n++) {
            int values = (int) one.imageCount();
            float[] image = Arrays.copyOfRange(images, n * values, (n + 1) * values);
            double[] sums = sums(one, Pass.FORWARD, image, filter, new float[(int) one.responseCount()]);
            for (int i = 0; i < sums.length; i++) {
                int at = n * sums.length + i;
                double sum = sums[i] + bias[i / pixels] + (residual ? beside[at] : 0);
                expected[at] = rectified ? Math.max(0, sum) : sum;
            }
        }
        try (CudnnFusedConvolution fused = CudnnFusedConvolution.open(
                        cudnn, all, new CudnnFusedConvolution.Epilogue(residual, rectified), false);
                DeviceMemory x = upload(images);
                DeviceMemory w = upload(filter);
                DeviceMemory z = upload(beside);
                DeviceMemory b = upload(bias);
                DeviceMemory y = upload(new float[expected.length])) {
            int tried = 0;
            for (int algorithm : fused.algorithms()) {
                if (fused.workspaceBytes(algorithm).isEmpty()) {
                    continue;
                }
                long bytes = fused.workspaceBytes(algorithm).orElseThrow();
                try (DeviceMemory workspace = DeviceMemory.allocate(context, Math.max(1, bytes), "a workspace")) {
                    fused.run(
                            algorithm,
                            x.address(),
                            w.address(),
                            b.address(),
                            z.address(),
                            y.address(),
                            bytes == 0 ? null : workspace);
                    assertClose(download(y, expected.length), expected, 1e-5);
                    tried++;
                }
            }
            assertThat(tried).isEqualTo(rectified ? 2 : 1);
        }
    }

    /** With TF32 the same within its rounding, and not within single precision's. */
    @Test
    void tf32RoundsFactors() {
        Geometry geometry = new Geometry(4, 8, 4, 3, 1, 1);
        try (CudnnConvolution rounded = CudnnConvolution.open(cudnn, geometry, true)) {
            assertPass(rounded, Pass.FORWARD, 1, 5e-3);
            assertThatThrownBy(() -> assertPass(rounded, Pass.FORWARD, 1, 1e-5)).isInstanceOf(AssertionError.class);
        }
    }

    /** Operands that are bfloat16 already: only the result is rounded, by half a unit of its last place, whatever the pass. */
    @ParameterizedTest
    @EnumSource(Pass.class)
    void bf16TakesAndGivesShortsAndAddsUpInMore(Pass pass) {
        Geometry g = new Geometry(40, 6, 3, 3, 1, 1);
        float[] image = narrowed(RandomImages.signed((int) g.imageCount(), 1));
        float[] filter = narrowed(RandomImages.signed((int) g.filterCount(), 2));
        float[] response = narrowed(RandomImages.signed((int) g.responseCount(), 3));
        double[] expected = sums(g, pass, image, filter, response);
        try (CudnnConvolution convolution = CudnnConvolution.open(cudnn, g, Precision.BF16);
                DeviceMemory x = upload(shorts(image));
                DeviceMemory w = upload(shorts(filter));
                DeviceMemory y = upload(shorts(response));
                DeviceMemory workspace = DeviceMemory.allocate(
                        context, convolution.workspaceBytes(pass, 1).orElseThrow(), "a workspace")) {
            convolution.run(pass, 1, x.address(), w.address(), y.address(), workspace);
            DeviceMemory from = pass == Pass.FORWARD ? y : pass == Pass.BACKWARD_DATA ? x : w;
            float[] found = floats(download(from, (expected.length + 1) / 2), expected.length);
            for (int i = 0; i < found.length; i++) {
                double half = Math.abs(expected[i]) * 0x1p-8;
                assertThat((double) found[i]).as("at %d", i).isCloseTo(expected[i], within(half + 1e-6));
            }
        }
    }

    /** The numbers of 8 bits of mantissa below. */
    private static float[] narrowed(float[] values) {
        float[] narrow = new float[values.length];
        for (int i = 0; i < values.length; i++) {
            narrow[i] = Float.intBitsToFloat(Float.floatToIntBits(values[i]) & 0xffff0000);
        }
        return narrow;
    }

    /** Two upper halves in the place of each float. */
    private static float[] shorts(float[] values) {
        float[] pairs = new float[(values.length + 1) / 2];
        for (int i = 0; i < pairs.length; i++) {
            int low = Float.floatToRawIntBits(values[2 * i]) >>> 16;
            int high = 2 * i + 1 < values.length ? Float.floatToRawIntBits(values[2 * i + 1]) & 0xffff0000 : 0;
            pairs[i] = Float.intBitsToFloat(high | low);
        }
        return pairs;
    }

    private static float[] floats(float[] pairs, int count) {
        float[] values = new float[count];
        for (int i = 0; i < count; i++) {
            int both = Float.floatToRawIntBits(pairs[i / 2]);
            values[i] = Float.intBitsToFloat(i % 2 == 0 ? both << 16 : both & 0xffff0000);
        }
        return values;
    }

    private void assertPass(CudnnConvolution convolution, Pass pass, int algorithm, double tolerance) {
        Geometry geometry = (Geometry) convolution.shape();
        float[] image = RandomImages.signed((int) geometry.imageCount(), 1);
        float[] filter = RandomImages.signed((int) geometry.filterCount(), 2);
        float[] response = RandomImages.signed((int) geometry.responseCount(), 3);
        float[] result = pass == Pass.FORWARD ? response : pass == Pass.BACKWARD_DATA ? image : filter;
        double[] expected = sums(geometry, pass, image, filter, response);
        Arrays.fill(result, Float.NaN);
        long bytes = convolution.workspaceBytes(pass, algorithm).orElseThrow();
        try (DeviceMemory x = upload(image);
                DeviceMemory w = upload(filter);
                DeviceMemory y = upload(response);
                DeviceMemory workspace = DeviceMemory.allocate(context, Math.max(1, bytes), "a workspace")) {
            convolution.run(pass, algorithm, x.address(), w.address(), y.address(), bytes == 0 ? null : workspace);
            DeviceMemory from = pass == Pass.FORWARD ? y : pass == Pass.BACKWARD_DATA ? x : w;
            assertClose(download(from, result.length), expected, tolerance);
        }
    }

    private static double[] sums(Geometry g, Pass pass, float[] image, float[] filter, float[] response) {
        int edge = g.responseEdge();
        double[] sums = new double
                [pass == Pass.FORWARD ? response.length : pass == Pass.BACKWARD_DATA ? image.length : filter.length];
        for (int k = 0; k < g.filters(); k++) {
            for (int c = 0; c < g.channels(); c++) {
                for (int at = 0; at < edge * edge * g.kernel() * g.kernel(); at++) {
                    int tap = at % (g.kernel() * g.kernel());
                    int pixel = at / (g.kernel() * g.kernel());
                    int row = pixel / edge * g.stride() - g.padding() + tap / g.kernel();
                    int column = pixel % edge * g.stride() - g.padding() + tap % g.kernel();
                    if (row < 0 || row >= g.edge() || column < 0 || column >= g.edge()) {
                        continue;
                    }
                    int x = (c * g.edge() + row) * g.edge() + column;
                    int w = (k * g.channels() + c) * g.kernel() * g.kernel() + tap;
                    int y = k * edge * edge + pixel;
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

    /** Its numbers, its running averages, and the gradient of a sum by differences. */
    @Test
    void batchNormNormalisesAndGoesBack() {
        int channels = 2;
        int pixels = 9;
        float[] values = RandomImages.signed(channels * pixels, 4);
        float[] gradient = RandomImages.signed(channels * pixels, 5);
        try (CudnnChannels maps = CudnnChannels.open(cudnn, channels, 3);
                DeviceMemory x = upload(values);
                DeviceMemory dy = upload(gradient);
                DeviceMemory y = upload(new float[values.length]);
                DeviceMemory dx = upload(new float[values.length]);
                DeviceMemory gamma = upload(1.5f, -0.5f);
                DeviceMemory beta = upload(0.25f, 2f);
                DeviceMemory gammaGradient = upload(0, 0);
                DeviceMemory betaGradient = upload(0, 0);
                DeviceMemory mean = upload(0, 0);
                DeviceMemory inverse = upload(0, 0);
                DeviceMemory runningMean = upload(0, 0);
                DeviceMemory runningVariance = upload(1, 1)) {
            CudnnChannels.Statistics statistics = new CudnnChannels.Statistics(
                    runningMean.address(), runningVariance.address(), mean.address(), inverse.address());
            maps.normalise(x.address(), y.address(), gamma.address(), beta.address(), statistics);
            maps.normaliseBackward(
                    x.address(),
                    dy.address(),
                    dx.address(),
                    gamma.address(),
                    gammaGradient.address(),
                    betaGradient.address(),
                    statistics);
            double[] wide = RandomImages.widen(values);
            assertClose(download(y, values.length), normalised(wide, 1.5, -0.5, 0.25, 2), 1e-5);
            double[] slopes = new double[values.length];
            double step = 1e-5;
            for (int i = 0; i < slopes.length; i++) {
                slopes[i] = (sum(moved(wide, i, step), gradient) - sum(moved(wide, i, -step), gradient)) / (2 * step);
            }
            assertClose(download(dx, slopes.length), slopes, 1e-4);
            double total = 0;
            for (int i = 0; i < pixels; i++) {
                total += gradient[pixels + i];
            }
            assertThat((double) download(betaGradient, 2)[1]).isCloseTo(total, within(1e-5));
            double[] first = Arrays.copyOf(wide, pixels);
            double average = Arrays.stream(first).average().orElseThrow();
            assertThat((double) download(runningMean, 2)[0]).isCloseTo(0.1 * average, within(1e-6));
            double unbiased =
                    Arrays.stream(first).map(v -> (v - average) * (v - average)).sum() / (pixels - 1);
            assertThat((double) download(runningVariance, 2)[0]).isCloseTo(0.9 + 0.1 * unbiased, within(1e-6));
        }
    }

    private static double[] moved(double[] values, int at, double step) {
        double[] moved = values.clone();
        moved[at] += step;
        return moved;
    }

    private static double sum(double[] values, float[] weights) {
        double[] normalised = normalised(values, 1.5, -0.5, 0.25, 2);
        double sum = 0;
        for (int i = 0; i < weights.length; i++) {
            sum += weights[i] * normalised[i];
        }
        return sum;
    }

    /** Of two channels. */
    private static double[] normalised(double[] values, double gamma0, double gamma1, double beta0, double beta1) {
        int pixels = values.length / 2;
        double[] normalised = new double[values.length];
        for (int c = 0; c < 2; c++) {
            double[] own = Arrays.copyOfRange(values, c * pixels, (c + 1) * pixels);
            double mean = Arrays.stream(own).average().orElseThrow();
            double variance =
                    Arrays.stream(own).map(v -> (v - mean) * (v - mean)).sum() / pixels;
            for (int i = 0; i < pixels; i++) {
                normalised[c * pixels + i] = (c == 0 ? gamma0 : gamma1) * (own[i] - mean) / Math.sqrt(variance + 1e-5)
                        + (c == 0 ? beta0 : beta1);
            }
        }
        return normalised;
    }

    @Test
    void biasGradientsAreSumsOfChannels() {
        float[] gradient = RandomImages.signed(3 * 25, 6);
        double[] expected = new double[3];
        for (int i = 0; i < gradient.length; i++) {
            expected[i / 25] += gradient[i];
        }
        try (CudnnChannels maps = CudnnChannels.open(cudnn, 3, 5);
                DeviceMemory dy = upload(gradient);
                DeviceMemory bias = upload(new float[3])) {
            maps.biasGradient(dy.address(), bias.address());
            assertClose(download(bias, 3), expected, 1e-5);
        }
    }

    @Test
    void impossibleShapesAreRefusedInWords() {
        assertThatThrownBy(() -> new Geometry(0, 4, 1, 3, 1, 1))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("0 to 1 channels");
        assertThatThrownBy(() -> new Geometry(0, 1, 4, 1, 3, 1, 1)).hasMessageContaining("0 images");
        assertThatThrownBy(() -> new Geometry(1, 2, 1, 4, 2, 0)).hasMessageContaining("the kernel has to fit");
        try (CudnnConvolution convolution = CudnnConvolution.open(cudnn, new Geometry(1, 4, 1, 3, 1, 1), false)) {
            assertThat(convolution.workspaceBytes(Pass.FORWARD, 4)).isEmpty(); // not in the pretend library
        }
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
            ByteBuffer buffer = host.buffer();
            buffer.asFloatBuffer().get(values);
        }
        return values;
    }

    private static void assertClose(float[] actual, double[] expected, double tolerance) {
        assertThat(actual).hasSameSizeAs(expected);
        for (int i = 0; i < expected.length; i++) {
            assertThat((double) actual[i]).as("element %d", i).isCloseTo(expected[i], within(tolerance));
        }
    }
}
