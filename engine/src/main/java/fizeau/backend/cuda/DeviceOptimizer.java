// SPDX-License-Identifier: Apache-2.0
package fizeau.backend.cuda;

import fizeau.backend.Closing;
import fizeau.backend.cuda.raw.DeviceMemory;
import fizeau.kernels.AdamRule;
import fizeau.kernels.AdamState;
import fizeau.kernels.AdamStepParameters;
import fizeau.kernels.DeviceAddress;
import fizeau.kernels.KernelParameters;
import fizeau.kernels.ParameterStep;
import fizeau.kernels.StructLayout;
import fizeau.kernels.TrainingState;
import java.util.List;

/**
 * Adam on the device: moments, step number and learning rate, so that replayed launches go on. Fused, gradients are stepped
 * with where they are made; otherwise they are written, and one kernel steps all parameters. Owns its memory.
 */
final class DeviceOptimizer implements AutoCloseable {

    static final double BETA1 = 0.9;
    static final double BETA2 = 0.999;
    static final AdamRule RULE = AdamRule.of(BETA1, BETA2, 1e-8);

    private final CudaSession session;
    private final DeviceArrays arrays;
    private final DeviceMemory firstMoments;
    private final DeviceMemory secondMoments;
    private final DeviceMemory state;
    private final TrainingState start;
    private final ParameterStep step;
    private final List<KernelParameters> ownPass;

    DeviceOptimizer(CudaSession session, DeviceMemory parameters, int count, double learningRate, boolean fused) {
        this.session = session;
        this.arrays = new DeviceArrays(session);
        this.start = new TrainingState(AdamState.NEW, 0, learningRate);
        try {
            this.firstMoments = arrays.floats(count, "first moments");
            this.secondMoments = arrays.floats(count, "second moments");
            this.state = arrays.own(
                    session.allocate(StructLayout.of(TrainingState.class).size(), "a training's scalars"));
            DeviceAddress gradients = fused
                    ? DeviceAddress.NULL
                    : arrays.zeroFloats(count, "gradients of parameters").address();
            this.step = new ParameterStep(
                    parameters.address(),
                    gradients,
                    firstMoments.address(),
                    secondMoments.address(),
                    state.address(),
                    RULE,
                    fused ? 1 : 0);
        } catch (RuntimeException failure) {
            throw Closing.afterFailure(failure, arrays);
        }
        this.ownPass = fused
                ? List.of()
                : List.of(new AdamStepParameters(
                        step.parameters(),
                        step.gradients(),
                        step.firstMoments(),
                        step.secondMoments(),
                        step.state(),
                        count,
                        RULE));
    }

    /** A new optimiser, whose next loss goes to the first slot. */
    void restart() {
        session.stream().clear(firstMoments);
        session.stream().clear(secondMoments);
        session.upload(start, state);
    }

    /** What becomes of a gradient. */
    ParameterStep step() {
        return step;
    }

    /** {@link TrainingState}. */
    DeviceAddress state() {
        return state.address();
    }

    /** What remains to be launched behind the backward pass. */
    List<KernelParameters> ownPass() {
        return ownPass;
    }

    @Override
    public void close() {
        arrays.close();
    }
}
