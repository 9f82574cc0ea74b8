// SPDX-License-Identifier: Apache-2.0
package fizeau.backend.cuda;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import fizeau.backend.MeasurementOperator;
import fizeau.backend.Plan;
import fizeau.backend.Precision;
import fizeau.backend.Switches;
import fizeau.backend.TrainingLevel;
import fizeau.backend.TrainingSession;
import fizeau.backend.TrainingSpec;
import fizeau.backend.cuda.raw.CudaException;
import fizeau.backend.cuda.raw.LiveObjects;
import fizeau.kernels.PretendCuda;
import fizeau.optics.CircularAperture;
import fizeau.optics.Mask;
import fizeau.optics.PixelPosition;
import fizeau.optics.Shape;
import fizeau.reconstruct.DecoderInitializer;
import fizeau.reconstruct.DecoderLayout;
import fizeau.reconstruct.DecoderSpec;
import fizeau.testkit.RandomImages;
import java.util.List;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * A device that is lost in the middle of the work: from then on every call answers an error, so that nothing can be given back
 * one by one. The driver takes it all when its context goes.
 */
@ExtendWith(PretendCudaExtension.class)
class LostDeviceTest {

    private static final Shape OBJECT = new Shape(7, 8);
    private static final Shape FRAME = new Shape(20, 24);
    private static final List<Mask> MASKS = List.of(new CircularAperture(2.5).mask(FRAME, PixelPosition.CENTRE));

    private final PretendCuda machine;

    LostDeviceTest(PretendCuda machine) {
        this.machine = machine;
    }

    @ParameterizedTest
    @CsvSource({
        "MATRIX, cuLaunchKernel 719 1 lost",
        "MATRIX, cuStreamSynchronize 700 3 lost",
        "MATRIX, cuMemcpyDtoHAsync_v2 214 0 lost",
        "FFT, cuLaunchKernel 719 2 lost",
        "FFT, cuStreamSynchronize 719 2 lost"
    })
    void isToldOnceAndTakesEverythingWithIt(Plan plan, String fault) throws Exception {
        float[] image = new float[FRAME.count()];
        try (AutoCloseable failing = machine.failing(fault)) {
            assertThatThrownBy(() -> {
                        try (CudaBackend backend = CudaBackend.open(machine.settings(), 0, CacheSwitches.ON);
                                MeasurementOperator operator = backend.measurementOperator(OBJECT, FRAME, plan)) {
                            for (int i = 0; i < 5; i++) {
                                operator.load(RandomImages.amplitudes(OBJECT.count(), i));
                                operator.measure(MASKS, image);
                            }
                        }
                    })
                    .isInstanceOfSatisfying(
                            CudaException.class,
                            failure -> assertThat(failure.isDeviceLost()).isTrue())
                    .hasMessageContaining(fault.split(" ")[0]);
            assertThat(LiveObjects.count()).isZero();
        }
        try (CudaBackend backend = CudaBackend.open(machine.settings(), 0, CacheSwitches.ON);
                MeasurementOperator operator = backend.measurementOperator(OBJECT, FRAME, plan)) {
            operator.load(RandomImages.amplitudes(OBJECT.count(), 1));
            operator.measure(MASKS, image); // another context works again
        }
        assertThat(LiveObjects.count()).isZero();
    }

    /** Every answer after which a context is of no more use; {@code words} tell the user what happened. */
    @ParameterizedTest
    @CsvSource({
        "214, cannot be corrected",
        "220, a link between devices",
        "700, touched memory that is not its own",
        "702, ran longer than the display allows",
        "709, lost to this process",
        "710, stopped at an assertion",
        "714, lost its way in its own code",
        "715, lost its way in its own code",
        "716, not aligned",
        "717, touched memory that is not its own",
        "718, lost its way in its own code",
        "719, lost to this process"
    })
    void whateverTheDriverCallsIt(int code, String words) throws Exception {
        try (AutoCloseable failing = machine.failing("cuStreamSynchronize " + code + " 1 lost")) {
            assertThatThrownBy(() -> {
                        try (CudaBackend backend = CudaBackend.open(machine.settings(), 0, CacheSwitches.ON);
                                MeasurementOperator operator =
                                        backend.measurementOperator(OBJECT, FRAME, Plan.MATRIX)) {
                            operator.load(RandomImages.amplitudes(OBJECT.count(), 1));
                            for (int i = 0; i < 3; i++) {
                                operator.measure(MASKS, new float[FRAME.count()]);
                            }
                        }
                    })
                    .isInstanceOfSatisfying(
                            CudaException.class,
                            failure -> assertThat(failure.isDeviceLost()).isTrue())
                    .hasMessageContainingAll("(" + code + ")", words);
            assertThat(LiveObjects.count()).isZero();
        }
    }

    /** An error of one call, after which the context goes on. */
    @ParameterizedTest
    @CsvSource({"2", "701", "708", "711", "713", "720"})
    void otherAnswersLoseNothing(int code) throws Exception {
        float[] image = new float[FRAME.count()];
        try (CudaBackend backend = CudaBackend.open(machine.settings(), 0, CacheSwitches.ON);
                MeasurementOperator operator = backend.measurementOperator(OBJECT, FRAME, Plan.MATRIX)) {
            operator.load(RandomImages.amplitudes(OBJECT.count(), 1));
            try (AutoCloseable failing = machine.failing("cuLaunchKernel " + code)) {
                assertThatThrownBy(() -> operator.measure(MASKS, image))
                        .isInstanceOfSatisfying(
                                CudaException.class,
                                failure -> assertThat(failure.isDeviceLost()).isFalse());
            }
            operator.measure(MASKS, image);
        }
        assertThat(LiveObjects.count()).isZero();
    }

    @ParameterizedTest
    @CsvSource({"MATRIX, cuGraphLaunch 719 2 lost", "FFT, cuGraphLaunch 700 2 lost", "FFT, cufftExecC2C 719 3 lost"})
    void inAReplayToo(Plan plan, String fault) throws Exception {
        try (AutoCloseable failing = machine.failing(fault)) {
            assertThatThrownBy(() -> {
                        try (CudaBackend backend = CudaBackend.open(machine.settings(), 0, CacheSwitches.ON);
                                ResidentOperator operator =
                                        backend.residentOperator(OBJECT, FRAME, plan, MASKS, 1, true)) {
                            operator.loadObject(0, RandomImages.amplitudes(OBJECT.count(), 1));
                            for (int i = 0; i < 6; i++) {
                                operator.measure();
                            }
                            operator.await();
                        }
                    })
                    .isInstanceOf(CudaException.class);
            assertThat(LiveObjects.count()).isZero();
        }
    }

    /** A training, at either level: handles and descriptors of libraries go too. */
    @ParameterizedTest
    @CsvSource({
        "FUSED, cuLaunchKernel 719 30 lost",
        "FUSED, cuGraphLaunch 719 0 lost",
        "LIBRARY, cuEventSynchronize 719 3 lost",
        "LIBRARY, cuLaunchKernel 719 12 lost",
        "LIBRARY, cuGraphLaunch 700 0 lost"
    })
    void inATrainingToo(TrainingLevel level, String fault) throws Exception {
        DecoderSpec decoder = new DecoderSpec(16, 8, true);
        TrainingSpec spec = new TrainingSpec(Shape.square(8), FRAME, new CircularAperture(3), decoder, 1e-3);
        float[] start = DecoderInitializer.initialParameters(DecoderLayout.of(decoder), 3);
        Switches switches = Switches.optimized(1).at(level, Precision.FP32, false);
        try (AutoCloseable failing = machine.failing(fault)) {
            assertThatThrownBy(() -> {
                        try (CudaBackend backend = CudaBackend.open(machine.settings(), 0);
                                TrainingSession session =
                                        backend.openTraining(spec, switches, RandomImages.amplitudes(64, 1), start)) {
                            session.beginSample(PixelPosition.CENTRE);
                            session.iterate(10, new float[10]);
                        }
                    })
                    .isInstanceOfSatisfying(
                            CudaException.class,
                            failure -> assertThat(failure.isDeviceLost()).isTrue());
            assertThat(LiveObjects.count()).isZero();
        }
    }
}
