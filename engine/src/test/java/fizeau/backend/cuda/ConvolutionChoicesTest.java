// SPDX-License-Identifier: Apache-2.0
package fizeau.backend.cuda;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import fizeau.backend.Precision;
import fizeau.backend.TimingMemory;
import fizeau.backend.cuda.ConvolutionChoices.Choice;
import fizeau.backend.cuda.raw.CudaException;
import fizeau.backend.cuda.raw.CudnnConvolution;
import fizeau.backend.cuda.raw.CudnnConvolution.Geometry;
import fizeau.backend.cuda.raw.CudnnConvolution.Pass;
import fizeau.backend.cuda.raw.CudnnHandle;
import fizeau.backend.cuda.raw.LiveObjects;
import fizeau.kernels.PretendCuda;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.OptionalLong;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** What is tried, what is taken, and that it is remembered. */
@ExtendWith(PretendCudaExtension.class)
class ConvolutionChoicesTest {

    /** The pretend library names a workspace for it, and then it cannot run. */
    private static final int FILTER_ALGORITHM_THAT_CANNOT_RUN = 6;

    private final PretendCuda machine;
    private CudaSession session;
    private CudnnHandle cudnn;
    private CudnnConvolution convolution;

    ConvolutionChoicesTest(PretendCuda machine) {
        this.machine = machine;
    }

    @BeforeEach
    void open() {
        session = CudaSession.open(machine.settings(), 0);
        cudnn = CudnnHandle.open(session.context(), session.cudnn(), session.stream());
        convolution = CudnnConvolution.open(cudnn, new Geometry(3, 7, 4, 3, 1, 1), false);
    }

    @AfterEach
    void closingGivesEverythingBack() {
        session.close();
        assertThat(LiveObjects.count()).isZero();
    }

    @ParameterizedTest
    @EnumSource(Pass.class)
    void theChoiceRepeatsBitForBitCanRunAndIsRemembered(Pass pass) throws Exception {
        long before = session.context().account().liveBytes();
        int objects = LiveObjects.count();
        Choice choice = session.convolutions().choose(convolution, pass, true);
        assertThat(pass.algorithms()).contains(choice.algorithm());
        assertThat(pass == Pass.BACKWARD_FILTER && choice.algorithm() == FILTER_ALGORITHM_THAT_CANNOT_RUN)
                .isFalse();
        assertThat(convolution.workspaceBytes(pass, choice.algorithm()))
                .isEqualTo(OptionalLong.of(choice.workspaceBytes()));
        assertThat(session.context().account().liveBytes()).isEqualTo(before);
        assertThat(LiveObjects.count()).isEqualTo(objects);
        try (AutoCloseable failing = machine.failing("cuMemAlloc_v2 2", "cuEventCreate 2")) {
            assertThat(session.convolutions().choose(convolution, pass, true)).isEqualTo(choice);
        }
    }

    /** The next process times nothing, unless driver, library or card are others or the file makes no sense. */
    @ParameterizedTest
    @EnumSource(Pass.class)
    void theNextProcessRemembersIt(Pass pass, @TempDir Path folder) throws Exception {
        Path file = folder.resolve("convolutions.properties");
        String environment = ConvolutionChoices.environment(session);
        assertThat(environment).contains("pretend device", "driver for CUDA", "cuDNN 99999");
        Choice measured = choose(file, environment, pass, true);
        try (AutoCloseable failing = machine.failing("cuEventCreate 2")) {
            assertThat(choose(file, environment, pass, true)).isEqualTo(measured);
            assertThatThrownBy(() -> choose(file, "another card", pass, true)).isInstanceOf(CudaException.class);
            assertThatThrownBy(() -> rounded(file, environment, pass)).isInstanceOf(CudaException.class);
            String content = Files.readString(file);
            for (String damage : List.of(
                    content.replace("algorithm " + measured.algorithm(), "algorithm 3"),
                    content.replace(measured.workspaceBytes() + " bytes", measured.workspaceBytes() + 4 + " bytes"),
                    content.substring(0, content.length() / 2),
                    "\\u00zz")) {
                Files.writeString(file, damage);
                assertThatThrownBy(() -> choose(file, environment, pass, true))
                        .as(damage)
                        .isInstanceOf(CudaException.class);
            }
        }
        assertThat(choose(file, environment, pass, true)).isNotNull();
        try (AutoCloseable failing = machine.failing("cuEventCreate 2")) {
            assertThat(choose(file, environment, pass, true)).isNotNull();
        }
    }

    /** What was measured decides nothing where the rule is asked for, and the rule's answer is not kept as measured. */
    @Test
    void theRuleIsNeitherReadNorWritten(@TempDir Path folder) {
        Path file = folder.resolve("convolutions.properties");
        choose(file, "here", Pass.FORWARD, false);
        assertThat(file).doesNotExist();
    }

    private Choice choose(Path file, String environment, Pass pass, boolean measured) {
        return new ConvolutionChoices(session, TimingMemory.open(file, environment))
                .choose(convolution, pass, measured);
    }

    /** In another precision another algorithm may be the fastest. */
    private Choice rounded(Path file, String environment, Pass pass) {
        try (CudnnConvolution rounded = CudnnConvolution.open(cudnn, convolution.shape(), Precision.TF32)) {
            return new ConvolutionChoices(session, TimingMemory.open(file, environment)).choose(rounded, pass, true);
        }
    }

    /** By rule: nothing is timed, so that the answer is the same everywhere. */
    @ParameterizedTest
    @EnumSource(Pass.class)
    void withoutMeasuringTheFirstThatIsPossibleIsTaken(Pass pass) throws Exception {
        try (AutoCloseable failing = machine.failing("cuMemAlloc_v2 2", "cuEventCreate 2")) {
            Choice choice = session.convolutions().choose(convolution, pass, false);
            assertThat(choice.algorithm()).isEqualTo(pass.algorithms().get(0));
        }
    }

    @Test
    void algorithmsWithoutAnOrderAreNeverTried() {
        assertThat(Pass.BACKWARD_DATA.algorithms()).doesNotContain(0);
        assertThat(Pass.BACKWARD_FILTER.algorithms()).doesNotContain(0, 3);
    }

    /** One that fails is passed over; where all do, the failure is told and nothing is remembered. */
    @Test
    void failuresOfAllAreToldAndNotRemembered() throws Exception {
        long before = session.context().account().liveBytes();
        try (AutoCloseable failing = machine.failing("cudnnConvolutionForward 5000")) {
            assertThatThrownBy(() -> session.convolutions().choose(convolution, Pass.FORWARD, true))
                    .isInstanceOf(CudaException.class)
                    .hasMessageContainingAll("cudnnConvolutionForward", "a convolution of 3 x 7 x 7 to 4 x 7 x 7");
        }
        try (AutoCloseable failing = machine.failing("cudnnGetConvolutionForwardWorkspaceSize 3000")) {
            assertThatThrownBy(() -> session.convolutions().choose(convolution, Pass.FORWARD, true))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessageContainingAll("no repeatable algorithm", "--level fused");
        }
        assertThat(session.context().account().liveBytes()).isEqualTo(before);
        assertThat(session.convolutions().choose(convolution, Pass.FORWARD, true))
                .isNotNull();
    }

    @Test
    void aDeviceThatIsLostMeanwhileIsTold() throws Exception {
        try (AutoCloseable failing = machine.failing("cudnnConvolutionForward 5000 2", "cuCtxSynchronize 719")) {
            assertThatThrownBy(() -> session.convolutions().choose(convolution, Pass.FORWARD, true))
                    .isInstanceOfSatisfying(
                            CudaException.class,
                            failure -> assertThat(failure.isDeviceLost()).isTrue())
                    .hasMessageContaining("a convolution of 3 x 7 x 7");
        }
    }
}
