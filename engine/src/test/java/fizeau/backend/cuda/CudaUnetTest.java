// SPDX-License-Identifier: Apache-2.0
package fizeau.backend.cuda;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import fizeau.backend.cuda.raw.CudaException;
import fizeau.backend.cuda.raw.LiveObjects;
import fizeau.kernels.PretendCuda;
import fizeau.testkit.RandomImages;
import fizeau.unet.PatchLoss;
import fizeau.unet.UnetLayout;
import fizeau.unet.UnetWork;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * The residual U-Net on the pretend device: what switches may change, what failures leave, and memory. Its numbers are checked
 * against double precision and libtorch by the benchmark that owns that network.
 */
@ExtendWith(PretendCudaExtension.class)
class CudaUnetTest {

    private static final UnetLayout LAYOUT = new UnetLayout(List.of(2, 3, 4));
    private static final UnetWork WORK = new UnetWork(LAYOUT, 2, 4, 4, 8);
    private static final double DECAY = 1e-3;
    private static final double RATE = 1e-3;

    private final PretendCuda machine;
    private CudaBackend backend;

    CudaUnetTest(PretendCuda machine) {
        this.machine = machine;
    }

    @BeforeEach
    void open() {
        backend = CudaBackend.open(machine.settings(), 0);
    }

    @AfterEach
    void nothingIsLeftOnTheDevice() {
        backend.close();
        assertThat(LiveObjects.count()).isZero();
    }

    private CudaUnetTraining training(UnetSwitches switches) {
        CudaUnetTraining training =
                backend.openUnetTraining(WORK, PatchLoss.OVERLAP, DECAY, LAYOUT.seeded(1), switches);
        training.learningRate(RATE);
        return training;
    }

    private static float[] input(int seed) {
        return RandomImages.signed(WORK.count(), seed);
    }

    private static float[] mask(int seed) {
        float[] values = input(seed);
        for (int i = 0; i < values.length; i++) {
            values[i] = values[i] > 0.2 ? 1 : 0;
        }
        return values;
    }

    private record Trained(double[] losses, double validation, float[] parameters) {}

    /** Five steps on batches that change, at rates that change. */
    private Trained train(UnetSwitches switches) {
        try (CudaUnetTraining training = training(switches)) {
            double[] losses = new double[5];
            for (int step = 0; step < losses.length; step++) {
                training.learningRate(RATE * Math.pow(0.9, step));
                training.load(input(10 + step % 2), mask(20 + step % 2));
                losses[step] = training.step();
            }
            double validation = training.validate();
            assertThat(training.validate()).as("once more, replayed or not").isEqualTo(validation);
            return new Trained(losses, validation, training.parameters());
        }
    }

    /** Sums have a fixed order: neither replay nor one launch for all parameters moves a bit. */
    @Test
    void exactSwitchesGiveTheSameBits() {
        Trained expected = train(UnetSwitches.NONE);
        assertThat(expected.losses()[4]).isLessThan(expected.losses()[0]);
        for (UnetSwitches switches : List.of(
                new UnetSwitches(true, false, false, false),
                new UnetSwitches(false, false, true, false),
                new UnetSwitches(false, false, false, true),
                new UnetSwitches(true, false, true, true))) {
            Trained again = train(switches);
            assertThat(again.losses()).as("%s", switches).isEqualTo(expected.losses());
            assertThat(again.validation()).as("%s", switches).isEqualTo(expected.validation());
            assertThat(again.parameters()).as("%s", switches).isEqualTo(expected.parameters());
        }
    }

    @Test
    void tf32IsNearbyAndNotTheSame() {
        Trained expected = train(UnetSwitches.NONE);
        Trained rounded = train(new UnetSwitches(false, true, false, false));
        assertThat(rounded.losses()[0])
                .isNotEqualTo(expected.losses()[0])
                .isCloseTo(expected.losses()[0], within(5e-3));
    }

    /** The loss falls along the gradients as far as they say: those of every tensor together. */
    @Test
    void gradientsAreThoseOfTheLoss() {
        float[] start = LAYOUT.seeded(1);
        float[] gradients;
        double loss;
        try (CudaUnetTraining training = training(UnetSwitches.NONE)) {
            training.load(input(10), mask(20));
            loss = training.step();
            gradients = training.gradients();
        }
        for (UnetLayout.Segment tensor : LAYOUT.segments()) {
            float[] moved = start.clone();
            double square = 0;
            for (int i = tensor.offset(); i < tensor.offset() + tensor.count(); i++) {
                square += gradients[i] * (double) gradients[i];
            }
            double length = 1e-3 / Math.max(1e-3, Math.sqrt(square)); // of so small a step few rectifiers turn over
            for (int i = tensor.offset(); i < tensor.offset() + tensor.count(); i++) {
                moved[i] -= (float) (length * gradients[i]);
            }
            try (CudaUnetTraining training =
                    backend.openUnetTraining(WORK, PatchLoss.OVERLAP, DECAY, moved, UnetSwitches.NONE)) {
                training.load(input(10), mask(20));
                assertThat(loss - training.validate())
                        .as(tensor.name())
                        .isCloseTo(length * square, within(2e-6 + 0.1 * length * square));
            }
        }
    }

    @Test
    void theFirstStepMayBeTakenApart() {
        double whole;
        float[] parameters;
        try (CudaUnetTraining training = training(UnetSwitches.NONE)) {
            training.load(input(10), mask(20));
            whole = training.step();
            parameters = training.parameters();
            assertThat(training.deviceSeconds()).containsOnlyKeys("forward", "backward", "optimizer");
        }
        try (CudaUnetTraining training = training(new UnetSwitches(false, false, true, false))) {
            assertThatThrownBy(training::finishStep).hasMessageContaining("no step was begun");
            training.load(input(10), mask(20));
            training.beginStep();
            assertThat(training.finishStep()).isEqualTo(whole);
            assertThat(training.parameters()).isEqualTo(parameters);
            training.step();
            assertThat(training.deviceSeconds()).containsOnlyKeys("forward", "backward", "optimizer", "step");
            assertThat(training.deviceSeconds().values()).allMatch(seconds -> seconds >= 0);
        }
    }

    /** What is computed is the same however many go together and whether it is replayed; places that are free do no harm. */
    @Test
    void windowsArePredictedAlike() {
        float[] parameters = LAYOUT.seeded(2);
        int voxels = WORK.voxels(0);
        float[] windows = RandomImages.signed(3 * voxels, 30);
        float[] alone = new float[3 * voxels];
        try (CudaUnetInference one =
                backend.openUnetInference(new UnetWork(LAYOUT, 1, 4, 4, 8), parameters, UnetSwitches.NONE)) {
            for (int window = 0; window < 3; window++) {
                float[] own = new float[voxels];
                predict(one, Arrays.copyOfRange(windows, window * voxels, (window + 1) * voxels), 1, own);
                System.arraycopy(own, 0, alone, window * voxels, voxels);
            }
        }
        for (boolean graph : new boolean[] {false, true}) {
            try (CudaUnetInference two =
                    backend.openUnetInference(WORK, parameters, new UnetSwitches(true, false, graph, false))) {
                for (int pass = 0; pass < 3; pass++) {
                    float[] both = new float[2 * voxels];
                    float[] last = new float[voxels];
                    predict(two, Arrays.copyOf(windows, 2 * voxels), 2, both);
                    predict(two, Arrays.copyOfRange(windows, 2 * voxels, 3 * voxels), 1, last);
                    assertThat(both).isEqualTo(Arrays.copyOf(alone, 2 * voxels));
                    assertThat(last).isEqualTo(Arrays.copyOfRange(alone, 2 * voxels, 3 * voxels));
                }
            }
        }
    }

    private static void predict(CudaUnetInference network, float[] values, int count, float[] to) {
        try (CudaUnetInference.Windows windows = network.stage(values, count)) {
            assertThat(windows.count()).isEqualTo(count);
            network.predict(windows, to);
        }
    }

    @Test
    void placesOfWindowsAreUsedAgain() {
        try (CudaUnetInference network = backend.openUnetInference(WORK, LAYOUT.seeded(2), UnetSwitches.NONE)) {
            network.stage(input(1), 2).close();
            long bytes = backend.deviceBytes();
            network.stage(input(1), 2).close();
            assertThat(backend.deviceBytes()).isEqualTo(bytes);
            try (CudaUnetInference.Windows one = network.stage(input(1), 2);
                    CudaUnetInference.Windows other = network.stage(input(2), 2)) {
                assertThat(backend.deviceBytes()).isEqualTo(bytes + (long) Float.BYTES * WORK.count());
            }
            assertThatThrownBy(() -> network.stage(input(1), 3)).hasMessageContaining("3 windows");
        }
    }

    @Test
    void memoryReturnsToItsStart() {
        train(UnetSwitches.NONE); // loads what stays with the backend
        int before = LiveObjects.count();
        backend.takePeakDeviceBytes();
        for (UnetSwitches switches : List.of(UnetSwitches.NONE, new UnetSwitches(true, true, true, true))) {
            long live;
            try (CudaUnetTraining training = training(switches)) {
                live = backend.deviceBytes();
                training.load(input(1), mask(2));
                training.step();
                training.step();
                assertThat(backend.deviceBytes()).isEqualTo(live);
            }
            assertThat(backend.deviceBytes()).isZero();
            assertThat(LiveObjects.count()).isEqualTo(before);
            assertThat(backend.takePeakDeviceBytes()).isGreaterThanOrEqualTo(live);
            assertThat(backend.takePeakDeviceBytes()).isZero();
        }
        try (CudaUnetTraining trained = training(UnetSwitches.NONE)) {
            long both = backend.deviceBytes();
            trained.close();
            backend.openUnetInference(WORK, LAYOUT.seeded(2), UnetSwitches.NONE).close();
            assertThat(backend.takePeakDeviceBytes()).isGreaterThanOrEqualTo(both);
        }
    }

    /** Whatever fails while a network is opened: handles, descriptors and memory are given back. */
    @ParameterizedTest
    @ValueSource(
            strings = {
                "cudnnCreate 1001",
                "cudnnSetTensorNdDescriptor 2000 2",
                "cudnnSetFilterNdDescriptor 2000",
                "cudnnSetFilterNdDescriptor 2000 3",
                "cudnnSetConvolutionNdDescriptor 2000 1",
                "cudnnSetConvolutionMathType 2000 1",
                "cuMemAlloc_v2 2 0",
                "cuMemAlloc_v2 2 9",
                "cuMemAlloc_v2 2 30",
                "cuEventCreate 2 1"
            })
    void aNetworkThatCannotBeOpenedLeavesNothing(String fault) throws Exception {
        training(UnetSwitches.NONE).close(); // loads what stays with the backend
        int before = LiveObjects.count();
        try (AutoCloseable failing = machine.failing(fault)) {
            assertThatThrownBy(() -> training(UnetSwitches.NONE))
                    .isInstanceOf(CudaException.class)
                    .hasMessageContaining(fault.split(" ")[0]);
        }
        assertThat(LiveObjects.count()).isEqualTo(before);
        assertThat(backend.deviceBytes()).isZero();
    }

    /** Wherever a capture fails: it is told, nothing stays open, and the training goes on as if nothing had been. */
    @ParameterizedTest
    @ValueSource(
            strings = {
                "cuStreamBeginCapture_v2 2",
                "cuLaunchKernel 2",
                "cuLaunchKernel 2 20",
                "cudnnConvolutionForward 5000 3",
                "cudnnConvolutionBackwardFilter 5000",
                "cuStreamEndCapture 2",
                "cuGraphInstantiateWithFlags 2"
            })
    void aCaptureThatFailsLeavesTheTrainingAsItWas(String fault) throws Exception {
        UnetSwitches switches = new UnetSwitches(false, false, true, true);
        double[] expected = train(switches).losses();
        int before = LiveObjects.count();
        try (CudaUnetTraining training = training(switches)) {
            training.load(input(10), mask(20));
            assertThat(training.step()).isEqualTo(expected[0]);
            training.learningRate(RATE * 0.9);
            training.load(input(11), mask(21));
            int during = LiveObjects.count();
            try (AutoCloseable failing = machine.failing(fault)) {
                assertThatThrownBy(training::step)
                        .isInstanceOf(CudaException.class)
                        .hasMessageContaining(fault.split(" ")[0]);
            }
            assertThat(LiveObjects.count()).isEqualTo(during);
            assertThat(training.step()).isEqualTo(expected[1]);
        }
        assertThat(LiveObjects.count()).isEqualTo(before);
    }

    @Test
    void aStepThatFailsEndsTheTraining() throws Exception {
        try (CudaUnetTraining training = training(UnetSwitches.NONE)) {
            training.load(input(10), mask(20));
            try (AutoCloseable failing = machine.failing("cudnnConvolutionBackwardData 5000 1")) {
                assertThatThrownBy(training::step)
                        .isInstanceOf(CudaException.class)
                        .hasMessageContaining("cudnnConvolutionBackwardData");
            }
            assertThatThrownBy(training::step).hasMessageContaining("failed in the middle of a step");
        }
    }

    @Test
    void missingLibrariesAndWrongSizesAreToldInOneSentence(@TempDir Path folder) {
        assertThatThrownBy(() -> new UnetWork(LAYOUT, 1, 4, 6, 8)).hasMessageContaining("a multiple of 4");
        assertThatThrownBy(() -> backend.openUnetInference(WORK, new float[3], UnetSwitches.NONE))
                .hasMessageContaining("3 parameters are not those of a network with filters [2, 3, 4]");
        try (CudaUnetTraining training = training(UnetSwitches.NONE)) {
            assertThatThrownBy(() -> training.load(new float[3], new float[3]))
                    .hasMessageContaining("a batch of 3 values");
        }
        backend.close();
        PretendCuda without = machine.variant(folder, PretendCuda.DRIVER_VERSION, "libcudnn.so.9");
        backend = CudaBackend.open(without.settings(), 0);
        assertThatThrownBy(() -> training(UnetSwitches.NONE))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContainingAll("needs cuDNN and cuBLAS", "compute on the CPU");
    }
}
