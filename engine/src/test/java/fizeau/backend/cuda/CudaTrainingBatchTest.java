// SPDX-License-Identifier: Apache-2.0
package fizeau.backend.cuda;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import fizeau.backend.Backend;
import fizeau.backend.Plan;
import fizeau.backend.Precision;
import fizeau.backend.Switches;
import fizeau.backend.TrainingBatch;
import fizeau.backend.TrainingLevel;
import fizeau.backend.cuda.raw.CudaException;
import fizeau.backend.cuda.raw.LiveObjects;
import fizeau.kernels.PretendCuda;
import fizeau.optics.PixelPosition;
import fizeau.testkit.TrainingBatchConformance;
import java.util.Arrays;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The conformance suite on the pretend driver, where branches of a graph run in the least likely order. */
@ExtendWith(PretendCudaExtension.class)
class CudaTrainingBatchTest extends TrainingBatchConformance {

    private final PretendCuda machine;
    private CudaBackend opened;

    CudaTrainingBatchTest(PretendCuda machine) {
        this.machine = machine;
    }

    @Override
    protected Backend open(int threads) {
        opened = CudaBackend.open(machine.settings(), 0);
        return opened;
    }

    /** Threads mean nothing here; graphs do. */
    static Stream<Switches> settings() {
        return Stream.of(
                Switches.optimized(1),
                new Switches(true, true, true, Optional.of(Plan.MATRIX), true, true, 1, false),
                new Switches(false, false, false, Optional.of(Plan.MATRIX), false, false, 1));
    }

    @Override
    protected long nativeBytes() {
        return opened == null ? 0 : opened.deviceBytes();
    }

    @AfterEach
    void nothingIsLeftOnTheDevice() {
        opened.close();
        assertThat(LiveObjects.count()).isZero();
    }

    /** Handles, workspaces and transform plans of each member's own stream, captured into one graph; one choice of algorithms. */
    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void librariesTakePartInBranches(boolean deterministic) {
        assertMembersAreAsAlone(Switches.optimized(1).at(TrainingLevel.LIBRARY, Precision.FP32, deterministic));
    }

    @Test
    void memoryReturnsToItsStartAfterEveryBatch() {
        long before = opened.deviceBytes();
        train(members(2), Switches.optimized(1), 9);
        assertThat(opened.deviceBytes()).isEqualTo(before);
        int live = LiveObjects.count(); // modules stay with the backend
        train(members(3), Switches.optimized(1), 2);
        assertThat(opened.deviceBytes()).isEqualTo(before);
        assertThat(LiveObjects.count()).isEqualTo(live);
    }

    /** Wherever the capture of branches fails, it is told, no capture stays open, and all members train on. */
    @ParameterizedTest
    @ValueSource(
            strings = {
                "cuStreamBeginCapture_v2",
                "cuEventRecord",
                "cuStreamWaitEvent",
                "cuLaunchKernel",
                "cuStreamEndCapture",
                "cuGraphInstantiateWithFlags"
            })
    void aFailedCaptureLeavesNothingOpen(String call) throws Exception {
        float[][] expected = losses(null);
        assertThat(losses(call)).isDeepEqualTo(expected);
    }

    private float[][] losses(String failing) throws Exception {
        try (TrainingBatch batch = opened.openBatch(SPEC, Switches.optimized(1), members(2))) {
            float[][] losses = new float[2][10];
            batch.beginSample(PixelPosition.CENTRE);
            batch.iterate(1, losses);
            float[][] rest = new float[2][9];
            if (failing != null) {
                int live = LiveObjects.count();
                try (AutoCloseable fault = machine.failing(failing + " 2")) {
                    assertThatThrownBy(() -> batch.iterate(9, rest))
                            .isInstanceOf(CudaException.class)
                            .hasMessageContaining(failing);
                }
                assertThat(LiveObjects.count()).isEqualTo(live);
            }
            batch.iterate(9, rest);
            for (int member = 0; member < 2; member++) {
                System.arraycopy(rest[member], 0, losses[member], 1, 9);
            }
            return Arrays.copyOf(losses, 2);
        }
    }

    /** A member that cannot be opened takes the others with it, and nothing stays. */
    @ParameterizedTest
    @ValueSource(strings = {"cuStreamCreate 2 1", "cuMemAlloc_v2 2 30", "cuEventCreate 2 3"})
    void aBatchThatCannotBeOpenedLeavesNothing(String fault) throws Exception {
        train(members(1), Switches.optimized(1), 1); // loads the modules
        int live = LiveObjects.count();
        try (AutoCloseable failing = machine.failing(fault)) {
            assertThatThrownBy(() -> opened.openBatch(SPEC, Switches.optimized(1), members(3)))
                    .isInstanceOf(CudaException.class);
        }
        assertThat(LiveObjects.count()).isEqualTo(live);
    }
}
