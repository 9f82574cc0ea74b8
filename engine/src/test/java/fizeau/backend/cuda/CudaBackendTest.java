// SPDX-License-Identifier: Apache-2.0
package fizeau.backend.cuda;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import fizeau.backend.MeasurementOperator;
import fizeau.backend.Plan;
import fizeau.backend.cuda.raw.CudaException;
import fizeau.backend.cuda.raw.LiveObjects;
import fizeau.cache.CacheStatistics;
import fizeau.kernels.PretendCuda;
import fizeau.optics.CircularAperture;
import fizeau.optics.Mask;
import fizeau.optics.PixelPosition;
import fizeau.optics.Shape;
import fizeau.testkit.RandomImages;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/** Caches, batches and failures of the backend on the pretend driver. */
@ExtendWith(PretendCudaExtension.class)
class CudaBackendTest {

    private static final Shape OBJECT = new Shape(7, 8);
    private static final Shape FRAME = new Shape(20, 24);
    private static final CircularAperture DISC = new CircularAperture(2.5);
    private static final List<Mask> SCAN = List.of(
            DISC.mask(FRAME, PixelPosition.CENTRE),
            DISC.mask(FRAME, new PixelPosition(3, -4)),
            DISC.mask(FRAME, new PixelPosition(-9.5, 11)));

    private final PretendCuda machine;

    CudaBackendTest(PretendCuda machine) {
        this.machine = machine;
    }

    @AfterEach
    void everythingIsGivenBack() {
        assertThat(LiveObjects.count()).isZero();
    }

    @Test
    void lookUpsAreCountedAndHitsChangeNoBit() {
        float[] object = RandomImages.amplitudes(OBJECT.count(), 1);
        float[] fresh = new float[SCAN.size() * FRAME.count()];
        float[] kept = new float[fresh.length];
        float[] again = new float[fresh.length];
        try (CudaBackend backend = CudaBackend.open(machine.settings(), 0, CacheSwitches.ON)) {
            try (MeasurementOperator operator = backend.measurementOperator(OBJECT, FRAME, Plan.MATRIX)) {
                operator.load(object);
                operator.measure(SCAN, fresh);
                operator.measure(SCAN, kept);
                operator.load(object); // another object, for all that the key knows
                operator.measure(SCAN, again);
            }
            assertThat(kept).isEqualTo(fresh);
            assertThat(again).isEqualTo(fresh);
            CacheStatistics measurement = backend.cacheStatistics().get("measurement");
            assertThat(measurement.hits()).isEqualTo(1);
            assertThat(measurement.misses()).isEqualTo(2);
            assertThat(measurement.bytes()).isEqualTo(2L * Float.BYTES * fresh.length);
            assertThat(backend.cacheStatistics().get("grid").misses()).isEqualTo(1);
            assertThat(backend.cacheStatistics().get("grid").hits()).isEqualTo(1);
            assertThat(backend.cacheStatistics().get("fft").misses()).isEqualTo(2); // rows and columns
            assertThat(backend.cacheStatistics().get("fft").hits()).isEqualTo(2);
            long cached = backend.cacheStatistics().values().stream()
                    .mapToLong(CacheStatistics::bytes)
                    .sum();
            assertThat(backend.deviceBytes()).isEqualTo(cached); // the operator's own memory is gone
        }
    }

    /** One plan for the object's spectrum, one for the fields of all masks; the tables of the box form are not needed. */
    @Test
    void transformPlansAreKeptByTheFftCache() {
        float[] image = new float[SCAN.size() * FRAME.count()];
        float[] again = new float[image.length];
        try (CudaBackend backend = CudaBackend.open(machine.settings(), 0, CacheSwitches.FRESH_MEASUREMENTS)) {
            assertThat(backend.plans()).containsExactlyInAnyOrder(Plan.FFT, Plan.MATRIX);
            try (MeasurementOperator operator = backend.measurementOperator(OBJECT, FRAME, Plan.FFT)) {
                operator.load(RandomImages.amplitudes(OBJECT.count(), 1));
                operator.measure(SCAN, image);
                operator.measure(SCAN, again);
            }
            assertThat(again).isEqualTo(image);
            CacheStatistics fft = backend.cacheStatistics().get("fft");
            assertThat(fft.misses()).isEqualTo(2);
            assertThat(fft.hits()).isEqualTo(2);
            assertThat(fft.entries()).isEqualTo(2);
            assertThat(fft.bytes()).isEqualTo(2L * Float.BYTES * (1 + SCAN.size()) * FRAME.count());
        }
    }

    @Test
    void withoutCufftThereIsTheBoxForm(@TempDir Path folder) {
        PretendCuda without = machine.variant(folder, PretendCuda.DRIVER_VERSION, "libcufft.so.12");
        try (CudaBackend backend = CudaBackend.open(without.settings(), 0)) {
            assertThat(backend.plans()).containsExactly(Plan.MATRIX);
            assertThatThrownBy(() -> backend.measurementOperator(OBJECT, FRAME, Plan.FFT))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessageContainingAll(
                            "plan fft is not possible", "libcufft.so.12 is missing", "pip install", "--plan matrix");
        }
    }

    @Test
    void switchedOffNothingIsKept() {
        float[] image = new float[SCAN.size() * FRAME.count()];
        try (CudaBackend backend = CudaBackend.open(machine.settings(), 0, CacheSwitches.OFF)) {
            try (MeasurementOperator operator = backend.measurementOperator(OBJECT, FRAME, Plan.MATRIX)) {
                operator.load(RandomImages.amplitudes(OBJECT.count(), 1));
                operator.measure(SCAN, image);
                operator.measure(SCAN, image);
            }
            assertThat(backend.deviceBytes()).isZero();
            backend.cacheStatistics()
                    .values()
                    .forEach(statistics -> assertThat(statistics.hits()).isZero());
            assertThat(backend.cacheStatistics().get("measurement").misses()).isEqualTo(2);
            assertThat(backend.cacheStatistics().get("grid").misses()).isEqualTo(2);
            assertThat(backend.cacheStatistics().get("fft").misses()).isEqualTo(4);
        }
    }

    /** A scan's apertures share a launch, whatever a cut at the border or half a pixel does to their boxes. */
    @Test
    void masksOfSimilarBoxesGoTogether() {
        Mask closed = Mask.closed(FRAME);
        Mask open = Mask.open(FRAME);
        List<MaskBatch.Part> parts =
                MaskBatch.group(List.of(SCAN.get(0), closed, open, SCAN.get(1), SCAN.get(2)), FRAME, 100);
        assertThat(parts).hasSize(2);
        assertThat(parts.get(0).positions()).containsExactly(0, 3, 4);
        assertThat(parts.get(1).positions()).containsExactly(2);
        assertThat(parts.get(1).batch().boxNy()).isEqualTo(FRAME.ny());
        MaskBatch scan = parts.get(0).batch();
        float[] samples = scan.samples();
        int[] origins = scan.origins();
        for (int m = 0; m < 3; m++) {
            assertThat(origins[2 * m]).isBetween(0, FRAME.ny() - scan.boxNy());
            assertThat(origins[2 * m + 1]).isBetween(0, FRAME.nx() - scan.boxNx());
            int open0 = 0;
            for (int i = 0; i < scan.boxNy() * scan.boxNx(); i++) {
                open0 += (int) samples[m * scan.boxNy() * scan.boxNx() + i];
            }
            assertThat(open0).isEqualTo(SCAN.get(m).openCount());
        }
        assertThat(MaskBatch.group(SCAN, FRAME, 2)).hasSize(2);
        assertThat(MaskBatch.group(List.of(closed), FRAME, 2)).isEmpty();
    }

    /** Every call of the driver that can fail in a measurement: it is told, and nothing stays behind. */
    @Test
    void failuresLeaveNothingBehind() throws Exception {
        float[] image = new float[SCAN.size() * FRAME.count()];
        float[] gradient = new float[OBJECT.count()];
        Map<Plan, List<String>> calls = Map.of(
                Plan.MATRIX,
                List.of(
                        "cuMemAlloc_v2",
                        "cuMemcpyHtoDAsync_v2",
                        "cuMemcpyDtoHAsync_v2",
                        "cuLaunchKernel",
                        "cuStreamSynchronize"),
                Plan.FFT,
                List.of("cuMemAlloc_v2", "cuLaunchKernel", "cufftCreate", "cufftMakePlanMany", "cufftExecC2C"));
        for (Plan plan : calls.keySet()) {
            for (String call : calls.get(plan)) {
                failuresLeaveNothingBehind(plan, call, CacheSwitches.ON, image, gradient);
                failuresLeaveNothingBehind(plan, call, CacheSwitches.OFF, image, gradient);
            }
        }
    }

    private void failuresLeaveNothingBehind(
            Plan plan, String call, CacheSwitches switches, float[] image, float[] gradient) throws Exception {
        try (CudaBackend backend = CudaBackend.open(machine.settings(), 0, switches)) {
            try (MeasurementOperator operator = backend.measurementOperator(OBJECT, FRAME, plan)) {
                operator.load(RandomImages.amplitudes(OBJECT.count(), 1));
                try (AutoCloseable fault = machine.failing(call + " 2")) {
                    assertThatThrownBy(() -> operator.measure(SCAN, image))
                            .as(call)
                            .isInstanceOf(CudaException.class)
                            .hasMessageContaining(call);
                    assertThatThrownBy(() -> operator.adjoint(SCAN.get(0), new float[FRAME.count()], gradient))
                            .as(call)
                            .isInstanceOf(CudaException.class);
                }
                operator.measure(SCAN, image); // goes on when the device does
            }
            long cached = backend.cacheStatistics().values().stream()
                    .mapToLong(CacheStatistics::bytes)
                    .sum();
            assertThat(backend.deviceBytes()).as(call).isEqualTo(cached);
        }
        assertThat(LiveObjects.count()).as(call).isZero();
    }

    @Test
    void objectsThatDoNotFitTheDeviceAreToldWithSizes() {
        Shape huge = new Shape(16000, 16000);
        try (CudaBackend backend = CudaBackend.open(machine.settings(), 0)) {
            assertThatThrownBy(() -> backend.measurementOperator(huge, huge, Plan.MATRIX))
                    .isInstanceOf(CudaException.class)
                    .hasMessageContaining("2048000000 bytes were asked for an object of 16000 x 16000");
        }
    }
}
