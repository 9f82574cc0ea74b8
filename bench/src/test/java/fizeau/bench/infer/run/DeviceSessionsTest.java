// SPDX-License-Identifier: Apache-2.0
package fizeau.bench.infer.run;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import fizeau.backend.cuda.CudaBackend;
import fizeau.backend.cuda.PretendCudaExtension;
import fizeau.backend.cuda.raw.CudaException;
import fizeau.backend.cuda.raw.LiveObjects;
import fizeau.bench.infer.Answers;
import fizeau.bench.infer.ImageModel;
import fizeau.bench.infer.InferOutcome.Trouble;
import fizeau.bench.infer.Network;
import fizeau.bench.infer.NumberFormat;
import fizeau.bench.infer.Pictures;
import fizeau.bench.infer.Session;
import fizeau.bench.infer.TensorFile;
import fizeau.bench.infer.cuda.DeviceSession;
import fizeau.bench.ops.Agreement;
import fizeau.kernels.PretendCuda;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The engine on the pretend device against textbook loops, and what it leaves behind when something fails. */
@ExtendWith(PretendCudaExtension.class)
class DeviceSessionsTest {
    private final PretendCuda machine;

    @TempDir
    private Path folder;

    DeviceSessionsTest(PretendCuda machine) {
        this.machine = machine;
    }

    @AfterEach
    void everythingIsGivenBack() {
        assertThat(LiveObjects.count()).isZero();
    }

    @ParameterizedTest
    @MethodSource("fizeau.bench.infer.run.SessionsTest#networks")
    void theDeviceGivesTheAnswerOfTextbookLoops(Network network) {
        float[] pictures = Pictures.synthetic(network.batch(), network.edge(), false);
        float[] expected = SessionsTest.textbook(network, pictures);
        try (Session session = open(network)) {
            session.input(pictures);
            session.run();
            session.run(); // memory that is used again must not matter, and the pictures are still there
            assertAnswer(session.output(), expected);
            session.profile(); // its pieces one by one
            assertAnswer(session.output(), expected);
            assertThat(session.library()).contains("cuDNN 99999", "cuBLAS 139999", "one graph");
            assertThat(session.deviceBytes()).isGreaterThan(Float.BYTES * network.weightCount());
        }
    }

    private static void assertAnswer(float[] scores, float[] expected) {
        Agreement agreement = Answers.compare(scores, expected, NumberFormat.FLOAT32);
        assertThat(agreement.worstAbsolute() / agreement.largestReference())
                .as(agreement.sentence())
                .isLessThan(1e-5);
    }

    @Test
    void otherPicturesGiveOtherAnswersAndFewerAreRepeated() {
        Network network = ImageModel.RESNET_TINY.network(3);
        try (Session session = open(network)) {
            float[] pictures = Pictures.synthetic(2, network.edge(), false);
            session.input(pictures);
            session.run();
            float[] scores = session.output();
            int classes = network.classes();
            assertThat(scores[2 * classes]).isCloseTo(scores[0], within(1e-6f));
            assertThat(scores[classes]).isNotCloseTo(scores[0], within(1e-3f));
            session.input(Arrays.copyOfRange(pictures, pictures.length / 2, pictures.length));
            session.run();
            assertThat(session.output()[0]).isCloseTo(scores[classes], within(1e-6f));
        }
    }

    @Test
    void normsSumsAndRectifiersOfAResidualNetworkAreTakenAlong() {
        Network network = ImageModel.RESNET_TINY.network(1);
        try (Session session = open(network)) {
            List<Session.Part> parts = session.profile();
            assertThat(parts)
                    .extracting(Session.Part::name)
                    .noneMatch(name -> name.contains("activation") && !name.startsWith("convolution"))
                    .noneMatch(name -> name.startsWith("sum") || name.equals("copy"))
                    .anyMatch(name -> name.startsWith("convolution 3x3 + norm + activation (cuDNN"))
                    .anyMatch(name -> name.startsWith("convolution 1x1 + norm + sum + activation"));
            assertThat(parts).allMatch(part -> part.millis() >= 0);
        }
    }

    /** A call takes no memory: what is held while it runs is what was held before. */
    @Test
    void callsAllocateNothing() throws Exception {
        Network network = ImageModel.VIT_TINY.network(2);
        try (Session session = open(network)) {
            long held = session.deviceBytes();
            int objects = LiveObjects.count();
            try (AutoCloseable failing = machine.failing("cuMemAlloc_v2 2", "cuMemHostAlloc 2", "cuLaunchKernel 719")) {
                session.input(Pictures.synthetic(2, network.edge(), false));
                session.run();
                session.output();
            }
            assertThat(session.deviceBytes()).isEqualTo(held);
            assertThat(LiveObjects.count()).isEqualTo(objects);
        }
    }

    /** Wherever the device runs out of memory, that is what is told. */
    @Test
    void aDeviceThatIsFullSaysSo() throws Exception {
        for (int allocations : new int[] {0, 3, 10, 40}) {
            try (AutoCloseable failing = machine.failing("cuMemAlloc_v2 2 " + allocations)) {
                Throwable failure = failure(ImageModel.RESNET_TINY.network(2));
                assertThat(InferRunner.trouble(failure).kind())
                        .as("%s", failure)
                        .isEqualTo(Trouble.Kind.MEMORY);
            }
            assertThat(LiveObjects.count()).as("after %d", allocations).isZero();
        }
        Trouble trouble = InferRunner.trouble(failure(ImageModel.RESNET_TINY.network(100_000)));
        assertThat(trouble.kind()).isEqualTo(Trouble.Kind.MEMORY);
        assertThat(trouble.sentence()).contains("batch 100000 needs at least 1.2 GB and 1.1 GB are free");
    }

    private Throwable failure(Network network) {
        try (Session session = open(network)) {
            throw new AssertionError("it was opened");
        } catch (RuntimeException | OutOfMemoryError failure) {
            return failure;
        }
    }

    @Test
    void aNetworkThatCannotBeOpenedLeavesNothing() throws Exception {
        List<String> faults = new ArrayList<>(List.of(
                "cudnnCreateActivationDescriptor 4000",
                "cudnnSetActivationDescriptor 2000",
                "cudnnCreateTensorDescriptor 4000 2",
                "cudnnConvolutionBiasActivationForward 5000 20",
                "cublasSgemm_v2 13",
                "cublasSgemmBatched 13 1",
                "cuLaunchKernel 1 5",
                "cuGraphInstantiateWithFlags 1"));
        for (String fault : faults) {
            try (AutoCloseable failing = machine.failing(fault)) {
                Network network = fault.startsWith("cudnnConv")
                        ? ImageModel.RESNET_TINY.network(1)
                        : ImageModel.VIT_TINY.network(1);
                assertThatThrownBy(() -> open(network))
                        .as(fault)
                        .isInstanceOf(CudaException.class)
                        .hasMessageContaining(fault.split(" ")[0]);
            }
            assertThat(LiveObjects.count()).as(fault).isZero();
        }
    }

    @Test
    void whatIsNotHereIsImpossible() throws Exception {
        Network network = ImageModel.RESNET_TINY.network(1);
        assertThatThrownBy(() -> new DeviceSession(network, weights(network), NumberFormat.BFLOAT16, backend(machine)))
                .isInstanceOf(UnsupportedOperationException.class)
                .hasMessageContaining("the engine computes in float32 on a GPU");
        PretendCuda without = machine.variant(
                Files.createDirectory(folder.resolve("without")), PretendCuda.DRIVER_VERSION, "libcudnn.so.9");
        assertThatThrownBy(() -> new DeviceSession(network, weights(network), NumberFormat.FLOAT32, backend(without)))
                .isInstanceOf(UnsupportedOperationException.class)
                .hasMessageContainingAll("libcudnn.so.9 is missing", "pip install");
    }

    private static CudaBackend backend(PretendCuda host) {
        return CudaBackend.open(host.settings(), 0);
    }

    private Session open(Network network) {
        return new DeviceSession(network, weights(network), NumberFormat.FLOAT32, backend(machine));
    }

    private TensorFile weights(Network network) {
        Path file = folder.resolve("weights");
        TensorFile.write(file, network.weights(1));
        return TensorFile.open(file);
    }
}
