// SPDX-License-Identifier: Apache-2.0
package fizeau.backend.cuda;

import fizeau.backend.Closing;
import fizeau.backend.cuda.raw.CudaEvent;
import fizeau.backend.cuda.raw.DeviceMemory;
import fizeau.kernels.AdamRule;
import fizeau.kernels.AdamState;
import fizeau.kernels.ChannelTotalsParameters;
import fizeau.kernels.DecayedStepParameters;
import fizeau.kernels.DeviceAddress;
import fizeau.kernels.PatchLossGradientParameters;
import fizeau.kernels.PatchLossParameters;
import fizeau.kernels.StructLayout;
import fizeau.kernels.TrainingAdvanceParameters;
import fizeau.kernels.TrainingState;
import fizeau.unet.PatchLoss;
import fizeau.unet.UnetLayout.Segment;
import fizeau.unet.UnetWork;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * A training of the residual 3D U-Net by Adam with weight decay, one batch of patches at a time: {@link #load}, then
 * {@link #step}. What changes from step to step lives on the device, so that a captured step can be replayed. Owns network,
 * moments and graphs, borrows the session; confined to its thread.
 */
public final class CudaUnetTraining implements AutoCloseable {

    private static final double BETA1 = 0.9;
    private static final double BETA2 = 0.999;
    private static final double EPSILON = 1e-8;
    private static final double SECONDS_PER_NANO = 1e-9;

    /** What a step that is not replayed is made of, in order. */
    private static final List<String> PARTS = List.of("forward", "backward", "optimizer");

    private static final List<String> WHOLE = List.of("step");

    private final CudaSession session;
    private final UnetWork work;
    private final boolean fusedOptimizer;
    private final int overlap;
    private final float decay;
    private final int blocks;
    private final List<AutoCloseable> owned = new ArrayList<>();
    private final DeviceUnet network;
    private final DeviceMemory target;
    private final DeviceMemory sums;
    private final DeviceMemory sampleLoss;
    private final DeviceMemory parts;
    private final DeviceMemory loss;
    private final DeviceMemory state;
    private final DeviceMemory firstMoments;
    private final DeviceMemory secondMoments;
    private final List<CudaEvent> marks = new ArrayList<>();
    private final ReplayedWork step;
    private final ReplayedWork validation;
    private final Map<String, Double> seconds = new LinkedHashMap<>();
    private double learningRate;
    private int steps;
    private boolean open = true;
    private boolean begun;
    private boolean half;

    /** @param decay part of each weight that is added to its gradient */
    CudaUnetTraining(
            CudaSession session,
            UnetWork work,
            PatchLoss what,
            double decay,
            float[] parameters,
            UnetSwitches switches) {
        this.session = session;
        this.work = work;
        this.fusedOptimizer = switches.fusedOptimizer();
        this.overlap = what == PatchLoss.OVERLAP ? 1 : 0;
        this.decay = (float) decay;
        this.blocks = PatchLossGradientParameters.blocksFor(work.voxels(0));
        try {
            this.network = own(new DeviceUnet(session, work, switches, true));
            DeviceArrays arrays = own(new DeviceArrays(session));
            this.target = arrays.zeroFloats(work.count(), "targets");
            this.sums = arrays.doubles((long) PatchLossParameters.SUMS * work.samples(), "sums of a loss");
            this.sampleLoss = arrays.doubles(work.samples(), "losses of samples");
            this.parts = arrays.doubles(2L * work.samples() * blocks, "sums of a gradient");
            this.loss = arrays.doubles(1, "a loss");
            this.state = arrays.own(
                    session.allocate(StructLayout.of(TrainingState.class).size(), "the scalars of a training"));
            int count = work.layout().parameterCount();
            this.firstMoments = arrays.zeroFloats(count, "first moments");
            this.secondMoments = arrays.zeroFloats(count, "second moments");
            for (int i = 0; i <= PARTS.size(); i++) {
                marks.add(own(CudaEvent.open(session.context())));
            }
            this.step = own(new ReplayedWork(session.stream(), this::queueStep, switches.graph()));
            this.validation = own(new ReplayedWork(session.stream(), this::queueLoss, switches.graph()));
            network.load(parameters);
            learningRate(0);
        } catch (RuntimeException failure) {
            throw Closing.afterFailure(failure, this::closeOwned);
        }
    }

    private <T extends AutoCloseable> T own(T part) {
        owned.add(part);
        return part;
    }

    /** Of all steps from now on; it is 0 until it is set. */
    public void learningRate(double rate) {
        requireOpen();
        this.learningRate = rate;
        // the kernel computes the corrections of a step from its number
        session.upload(new TrainingState(new AdamState(steps, 0, 0), 0, rate), state);
    }

    /**
     * Copies a batch to the device and waits for it.
     *
     * @param input {@code [samples][nz][ny][nx]}
     * @param wanted of the same shape
     */
    public void load(float[] input, float[] wanted) {
        requireOpen();
        requireCount(input);
        requireCount(wanted);
        session.upload(input, network.input());
        session.upload(wanted, target);
    }

    private void requireCount(float[] values) {
        if (values.length != work.count()) {
            throw new IllegalArgumentException(
                    "a batch of " + values.length + " values is not possible: it must have " + work.count());
        }
    }

    /** One optimiser step with what was loaded; answers the loss before it. */
    public double step() {
        requireOpen();
        step.prepare(); // where a capture fails, nothing was queued and the training can go on
        half = true;
        if (step.replaysNext()) {
            queueMarked(List.of(step::queue));
            return finished(WHOLE);
        }
        queueMarked(List.of(this::queueLoss, this::queueBackward, this::queueOptimizer));
        step.noteLoaded();
        return finished(PARTS);
    }

    /** The forward pass and the loss of a step alone, waited for; {@link #finishStep} does the rest. */
    public void beginStep() {
        requireOpen();
        half = true;
        queueMarked(List.of(this::queueLoss));
        gather(PARTS.subList(0, 1));
        begun = true;
    }

    /** What {@link #beginStep} left; answers the loss before the step. */
    public double finishStep() {
        if (!begun) {
            throw new IllegalStateException("no step was begun");
        }
        begun = false;
        queueMarked(List.of(this::queueBackward, this::queueOptimizer));
        step.noteLoaded();
        return finished(PARTS.subList(1, PARTS.size()));
    }

    /** Queues works with a mark of the device's clock around each, which costs the host no wait. */
    private void queueMarked(List<Runnable> works) {
        marks.get(0).record(session.stream());
        for (int i = 0; i < works.size(); i++) {
            works.get(i).run();
            marks.get(i + 1).record(session.stream());
        }
    }

    /** Waits. */
    private double finished(List<String> names) {
        double value = session.downloadDoubles(loss, 1)[0];
        gather(names);
        steps++;
        half = false;
        return value;
    }

    /** Waits for the marks around what was queued last. */
    private void gather(List<String> names) {
        marks.get(names.size()).synchronize();
        for (int i = 0; i < names.size(); i++) {
            double nanos = marks.get(i + 1).nanosSince(marks.get(i));
            seconds.merge(names.get(i), nanos * SECONDS_PER_NANO, Double::sum);
        }
    }

    /** Seconds by the device's clock so far: of the parts of steps, or of whole steps where they are replayed. */
    public Map<String, Double> deviceSeconds() {
        return new LinkedHashMap<>(seconds);
    }

    /** The loss of what was loaded, without a step. */
    public double validate() {
        requireOpen();
        validation.queue();
        double sum = 0;
        for (double one : session.downloadDoubles(sampleLoss, work.samples())) {
            sum += one;
        }
        return sum;
    }

    private void queueStep() {
        queueLoss();
        queueBackward();
        queueOptimizer();
    }

    private void queueLoss() {
        network.queueForward();
        session.launch(new PatchLossParameters(
                network.output().address(),
                target.address(),
                sums.address(),
                sampleLoss.address(),
                work.samples(),
                work.voxels(0),
                overlap));
    }

    private void queueBackward() {
        session.launch(new PatchLossGradientParameters(
                network.output().address(),
                target.address(),
                sums.address(),
                network.outputGradient(),
                parts.address(),
                work.samples(),
                work.voxels(0),
                blocks,
                overlap));
        session.launch(new ChannelTotalsParameters(
                parts.address(), network.gradients().address(), 1, work.samples() * blocks, network.bias(), -1));
        network.queueBackward();
    }

    private void queueOptimizer() {
        session.launch(new TrainingAdvanceParameters(
                sampleLoss.address(), loss.address(), state.address(), BETA1, BETA2, work.samples(), 1));
        if (fusedOptimizer) {
            queueSteps(0, work.layout().parameterCount());
        } else {
            for (Segment tensor : work.layout().segments()) {
                queueSteps(tensor.offset(), tensor.count());
            }
        }
    }

    private void queueSteps(int offset, int count) {
        session.launch(new DecayedStepParameters(
                at(network.parameters(), offset),
                at(network.gradients(), offset),
                at(firstMoments, offset),
                at(secondMoments, offset),
                state.address(),
                count,
                AdamRule.of(BETA1, BETA2, EPSILON),
                decay));
    }

    private static DeviceAddress at(DeviceMemory memory, int offset) {
        return memory.address().plusBytes((long) Float.BYTES * offset);
    }

    /** A copy of all parameters in the order of the layout. */
    public float[] parameters() {
        requireOpen();
        return network.values();
    }

    /** The gradients of the last step, in the same order. */
    float[] gradients() {
        float[] values = new float[work.layout().parameterCount()];
        session.download(network.gradients(), 0, values, 0, values.length);
        return values;
    }

    private void requireOpen() {
        if (!open) {
            throw new IllegalStateException("a training of " + work + " is closed");
        }
        if (half) {
            throw new IllegalStateException(
                    "a training of " + work + " failed in the middle of a step: close it and open another");
        }
    }

    @Override
    public void close() {
        if (open) {
            open = false;
            closeOwned();
        }
    }

    private void closeOwned() {
        List<AutoCloseable> newestFirst = new ArrayList<>(owned);
        Collections.reverse(newestFirst);
        owned.clear();
        Closing.all(newestFirst);
    }
}
