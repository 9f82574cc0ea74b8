// SPDX-License-Identifier: Apache-2.0
package fizeau.backend.cuda;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import fizeau.backend.MeasurementOperator;
import fizeau.backend.Plan;
import fizeau.backend.cuda.raw.CudaException;
import fizeau.backend.cuda.raw.LiveObjects;
import fizeau.kernels.PretendCuda;
import fizeau.optics.CircularAperture;
import fizeau.optics.Mask;
import fizeau.optics.PixelPosition;
import fizeau.optics.Shape;
import fizeau.testkit.RandomImages;
import fizeau.testkit.Tolerances;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Batches that stay on the device, captured and not, by every plan. */
@ExtendWith(PretendCudaExtension.class)
class ResidentOperatorTest {

    private static final Shape OBJECT = new Shape(7, 8);
    private static final Shape FRAME = new Shape(20, 24);
    private static final CircularAperture DISC = new CircularAperture(2.5);
    private static final List<Mask> MASKS = List.of(
            DISC.mask(FRAME, PixelPosition.CENTRE),
            DISC.mask(FRAME, new PixelPosition(3, -4)),
            DISC.mask(FRAME, new PixelPosition(-9.5, 11)),
            DISC.mask(FRAME, new PixelPosition(1, 1)).union(DISC.mask(FRAME, new PixelPosition(5, 2))));
    private static final int REPLAYS = 3;

    private final PretendCuda machine;

    ResidentOperatorTest(PretendCuda machine) {
        this.machine = machine;
    }

    @AfterEach
    void everythingIsGivenBack() {
        assertThat(LiveObjects.count()).isZero();
    }

    /** What a batch gives: amplitudes through every mask, then the gradients. */
    private static List<float[]> results(ResidentOperator operator, int objects, int seed) {
        for (int o = 0; o < objects; o++) {
            operator.loadObject(o, RandomImages.amplitudes(OBJECT.count(), seed + o));
        }
        for (int m = 0; m < MASKS.size(); m++) {
            operator.loadAmplitudeGradient(m, RandomImages.signed(FRAME.count(), 100 + m));
        }
        operator.measure();
        operator.adjoint();
        operator.await();
        List<float[]> results = new ArrayList<>();
        for (int m = 0; m < MASKS.size(); m++) {
            float[] image = new float[FRAME.count()];
            operator.readAmplitudes(m, image);
            results.add(image);
        }
        for (int o = 0; o < objects; o++) {
            float[] gradient = new float[OBJECT.count()];
            operator.readGradient(o, gradient);
            results.add(gradient);
        }
        return results;
    }

    private ResidentOperator open(CudaBackend backend, Plan plan, int objects, boolean graphs) {
        return backend.residentOperator(OBJECT, FRAME, plan, MASKS, objects, graphs);
    }

    /** One, two and four objects through four masks: the same numbers as one by one through the host. */
    @ParameterizedTest
    @EnumSource(
            value = Plan.class,
            names = {"FFT", "MATRIX"})
    void aBatchEqualsItsParts(Plan plan) {
        try (CudaBackend backend = CudaBackend.open(machine.settings(), 0, CacheSwitches.ON)) {
            for (int objects : new int[] {1, 2, 4}) {
                List<float[]> batch;
                try (ResidentOperator operator = open(backend, plan, objects, false)) {
                    batch = results(operator, objects, 1);
                }
                int masksPerObject = MASKS.size() / objects;
                try (MeasurementOperator single = backend.measurementOperator(OBJECT, FRAME, plan)) {
                    for (int o = 0; o < objects; o++) {
                        single.load(RandomImages.amplitudes(OBJECT.count(), 1 + o));
                        float[] gradient = new float[OBJECT.count()];
                        for (int m = o * masksPerObject; m < (o + 1) * masksPerObject; m++) {
                            float[] image = new float[FRAME.count()];
                            single.measure(List.of(MASKS.get(m)), image);
                            Tolerances.assertClose(
                                    batch.get(m), widened(image), Tolerances.singlePrecisionTransforms(FRAME, 2));
                            single.adjoint(MASKS.get(m), RandomImages.signed(FRAME.count(), 100 + m), gradient);
                        }
                        Tolerances.assertClose(batch.get(MASKS.size() + o), widened(gradient), Tolerances.PHASES);
                    }
                }
            }
        }
    }

    /** First run, capture and replays give the bits of plain launches, for new data too. */
    @ParameterizedTest
    @EnumSource(
            value = Plan.class,
            names = {"FFT", "MATRIX"})
    void replaysEqualPlainLaunchesBitForBit(Plan plan) {
        try (CudaBackend backend = CudaBackend.open(machine.settings(), 0, CacheSwitches.ON);
                ResidentOperator plain = open(backend, plan, 2, false);
                ResidentOperator replayed = open(backend, plan, 2, true)) {
            assertThat(backend.offersGraphs()).isTrue();
            for (int i = 0; i < REPLAYS; i++) {
                List<float[]> expected = results(plain, 2, 10 * i);
                List<float[]> found = results(replayed, 2, 10 * i);
                for (int r = 0; r < expected.size(); r++) {
                    assertThat(found.get(r)).as("result %d of call %d", r, i).isEqualTo(expected.get(r));
                }
                assertThat(replayed.graphs()).isEqualTo(i == 0 ? 0 : 2);
            }
            assertThat(plain.graphs()).isZero();
        }
    }

    /** Without the FFT cache tables and plans are made for every call, and nothing can be captured that refers to them. */
    @ParameterizedTest
    @EnumSource(
            value = Plan.class,
            names = {"FFT", "MATRIX"})
    void withoutTheFftCacheEveryCallPlansAgain(Plan plan) {
        List<float[]> expected;
        try (CudaBackend backend = CudaBackend.open(machine.settings(), 0, CacheSwitches.ON);
                ResidentOperator operator = open(backend, plan, 4, true)) {
            expected = results(operator, 4, 1);
        }
        try (CudaBackend backend = CudaBackend.open(machine.settings(), 0, CacheSwitches.OFF)) {
            try (ResidentOperator operator = open(backend, plan, 4, true)) {
                for (int i = 0; i < REPLAYS; i++) {
                    List<float[]> found = results(operator, 4, 1);
                    for (int r = 0; r < expected.size(); r++) {
                        assertThat(found.get(r)).isEqualTo(expected.get(r));
                    }
                }
                assertThat(operator.graphs()).isZero();
            }
            long tables = plan == Plan.FFT ? 1 : 2;
            assertThat(backend.cacheStatistics().get("fft").misses()).isEqualTo(2 * REPLAYS * tables);
            assertThat(backend.cacheStatistics().get("fft").hits()).isZero();
            assertThat(backend.deviceBytes()).isZero();
        }
    }

    /** A launch, a transform, the end of the capture or the graph itself fails: told, nothing stays open, the next call works. */
    @ParameterizedTest
    @EnumSource(
            value = Plan.class,
            names = {"FFT", "MATRIX"})
    void aCaptureThatFailsLeavesNothingOpen(Plan plan) throws Exception {
        String middle = plan == Plan.FFT ? "cufftExecC2C 6 1" : "cuLaunchKernel 1 1";
        String[] faults = {
            middle,
            "cuStreamBeginCapture_v2 1",
            "cuStreamEndCapture 901",
            "cuGraphInstantiateWithFlags 2",
            "cuGraphLaunch 1"
        };
        for (String fault : faults) {
            try (CudaBackend backend = CudaBackend.open(machine.settings(), 0, CacheSwitches.ON);
                    ResidentOperator operator = open(backend, plan, 4, true)) {
                List<float[]> expected = results(operator, 4, 1);
                long bytes = backend.deviceBytes();
                int alive = LiveObjects.count();
                try (AutoCloseable failing = machine.failing(fault)) {
                    assertThatThrownBy(operator::measure)
                            .as(fault)
                            .isInstanceOf(CudaException.class)
                            .hasMessageContaining(fault.split(" ")[0]);
                }
                assertThat(backend.deviceBytes()).as(fault).isEqualTo(bytes);
                assertThat(LiveObjects.count())
                        .as(fault)
                        .isEqualTo(alive + operator.graphs()); // one that was captured and not launched is kept
                operator.await(); // answers an error while a capture is open
                List<float[]> after = results(operator, 4, 1);
                for (int r = 0; r < expected.size(); r++) {
                    assertThat(after.get(r)).as(fault).isEqualTo(expected.get(r));
                }
            }
            assertThat(LiveObjects.count()).as(fault).isZero();
        }
    }

    @Test
    void whatDoesNotFitTogetherIsRefusedInWords() {
        try (CudaBackend backend = CudaBackend.open(machine.settings(), 0)) {
            assertThatThrownBy(() -> open(backend, Plan.MATRIX, 3, false))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessageContaining("4 masks cannot be spread over 3 objects");
            assertThatThrownBy(() -> open(backend, Plan.PRUNED, 1, false))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessageContaining("plan pruned does not exist on cuda: use matrix or fft");
            assertThatThrownBy(() ->
                            backend.residentOperator(OBJECT, FRAME, Plan.MATRIX, List.of(Mask.closed(FRAME)), 1, false))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessageContaining("closed");
            ResidentOperator operator = open(backend, Plan.MATRIX, 2, false);
            try (operator) {
                assertThatThrownBy(() -> operator.loadObject(2, new float[OBJECT.count()]))
                        .isInstanceOf(IllegalArgumentException.class)
                        .hasMessageContaining("no object 2: the batch has 2");
                assertThatThrownBy(() -> operator.loadAmplitudeGradient(0, new float[3]))
                        .isInstanceOf(IllegalArgumentException.class);
                operator.loadObject(0, new float[OBJECT.count()]);
                assertThatThrownBy(operator::measure)
                        .isInstanceOf(IllegalStateException.class)
                        .hasMessageContaining("object 1 of 2 was not loaded");
                operator.loadObject(1, new float[OBJECT.count()]);
                assertThatThrownBy(operator::adjoint)
                        .isInstanceOf(IllegalStateException.class)
                        .hasMessageContaining("amplitude gradient 0 of 4 was not loaded");
            }
            operator.close();
            assertThatThrownBy(operator::measure)
                    .isInstanceOf(IllegalStateException.class)
                    .hasMessageContaining("closed");
        }
    }

    @Test
    void whatDoesNotFitTheDeviceIsToldWithSizesAndLeavesNothing() {
        Shape frame = Shape.square(8192);
        List<Mask> masks = List.of(DISC.mask(frame, PixelPosition.CENTRE));
        try (CudaBackend backend = CudaBackend.open(machine.settings(), 0)) {
            try (ResidentOperator operator = backend.residentOperator(OBJECT, frame, Plan.MATRIX, masks, 1, true)) {
                long held = backend.deviceBytes();
                assertThatThrownBy(() -> backend.residentOperator(OBJECT, frame, Plan.FFT, masks, 1, true))
                        .isInstanceOf(CudaException.class)
                        .hasMessageContainingAll(
                                "CUDA_ERROR_OUT_OF_MEMORY", "bytes were asked for", "are free", "are held by Fizeau");
                assertThat(backend.deviceBytes()).isEqualTo(held);
            }
        }
    }

    private static double[] widened(float[] values) {
        return RandomImages.widen(values);
    }
}
