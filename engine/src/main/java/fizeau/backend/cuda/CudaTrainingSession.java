// SPDX-License-Identifier: Apache-2.0
package fizeau.backend.cuda;

import fizeau.backend.Closing;
import fizeau.backend.Inputs;
import fizeau.backend.Plan;
import fizeau.backend.Ranges;
import fizeau.backend.SessionReport;
import fizeau.backend.StageClock.Stage;
import fizeau.backend.Switches;
import fizeau.backend.TrainingLevel;
import fizeau.backend.TrainingSession;
import fizeau.backend.TrainingSpec;
import fizeau.backend.cuda.raw.DeviceMemory;
import fizeau.backend.cuda.raw.MemoryAccount;
import fizeau.kernels.TrainingAdvanceParameters;
import fizeau.optics.PixelPosition;
import fizeau.reconstruct.DecoderLayout;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;

/**
 * A reconstruction whose iterations never leave the device: decoder, telescope loss, adjoint, backward pass and Adam are
 * queued or replayed, and only losses come back, late. Every sum has a fixed order, so that a training repeats bit for bit,
 * whatever the switches say about launches and graphs.
 *
 * <p>Owns its memory, borrows the session.
 */
final class CudaTrainingSession implements TrainingSession {

    /** What a profiler is told beside the stages. */
    static final String CAPTURE = "capture";

    static final String REPLAY = "replay";

    private final TrainingSpec spec;
    private final CudaSession session;
    private final Ranges ranges;
    private final List<AutoCloseable> owned = new ArrayList<>();
    private final MemoryAccount.Watch memory;
    private final DeviceArrays arrays;
    private final DecoderPasses decoder;
    private final DeviceLoss loss;
    private final DeviceOptimizer optimizer;
    private final LossLog log;
    private final DeviceMemory estimate;
    private final Runnable forward;
    private final Runnable backward;
    private final boolean replays;
    private IterationGraphs graphs;
    private boolean kernelsLoaded;
    private boolean sampleOpen;
    private boolean halfDone;
    private boolean open = true;

    /**
     * @param plan how the telescope is computed; empty: for each box as it was measured to be fastest
     * @param ranges told of the stages while they are launched or captured, and of replays
     */
    CudaTrainingSession(
            TrainingSpec spec,
            Switches switches,
            Optional<Plan> plan,
            float[] object,
            float[] initialParameters,
            CudaSession session,
            Ranges ranges) {
        this.spec = spec;
        this.session = session;
        this.ranges = ranges;
        DecoderLayout layout = DecoderLayout.of(spec.decoder());
        try {
            this.memory = own(session.context().account().watch());
            this.arrays = own(new DeviceArrays(session));
            this.decoder = own(DecoderPasses.open(
                    session, layout, switches.level(), switches.precision(), switches.deterministic()));
            decoder.load(initialParameters);
            this.estimate = decoder.newImage(arrays, "an estimate");
            this.loss = own(new DeviceLoss(spec, switches, plan, object, session, decoder));
            this.optimizer = own(new DeviceOptimizer(
                    session,
                    decoder.parameters(),
                    layout.parameterCount(),
                    spec.learningRate(),
                    // Libraries write gradients: there is no epilogue to step in.
                    switches.fusedOptimizer() && switches.level() == TrainingLevel.FUSED));
            this.log = own(new LossLog(session));
        } catch (RuntimeException failure) {
            throw Closing.afterFailure(failure, this::closeOwned);
        }
        this.forward = decoder.forward(estimate.address());
        this.backward = decoder.backward(
                estimate.address(), loss.gradient(), optimizer.step(), !spec.fixedLatent(), switches.fused());
        // What a cache does not keep is made on the host and copied: nothing to replay.
        this.replays = switches.cudaGraphs()
                && switches.measurementCache()
                && switches.fftCache()
                && switches.gridCache()
                && session.offersGraphs();
    }

    private <T extends AutoCloseable> T own(T part) {
        owned.add(part);
        return part;
    }

    @Override
    public void beginSample(PixelPosition centre) {
        requireOpen();
        if (sampleOpen) {
            throw new IllegalStateException("the sample before was not ended");
        }
        loss.requireOpen(centre);
        if (!loss.isFirstSample()) {
            decoder.forward(loss.frozen()).run();
        }
        try {
            loss.beginSample(centre, replays);
            optimizer.restart();
        } catch (RuntimeException failure) {
            throw Closing.afterFailure(failure, loss::abandonSample);
        }
        log.restart();
        graphs = new IterationGraphs(session.stream(), this::queueEach);
        sampleOpen = true;
    }

    @Override
    public void iterate(int iterations, float[] losses) {
        requireSample();
        Inputs.requireLosses(iterations, losses);
        int done = 0;
        while (done < iterations) {
            int count = nextRun(iterations - done);
            boolean replayed = replaysNext();
            if (replayed && !graphs.preparedFor(count)) {
                ranges.around(CAPTURE, () -> graphs.prepare(count));
            }
            startRun();
            if (replayed) {
                ranges.around(REPLAY, () -> graphs.queue(count));
            } else {
                queueEach(count);
            }
            endRun(count, losses, done);
            done += count;
        }
        finishLosses();
    }

    /**
     * How many iterations may be queued next, of those wanted. A kernel is loaded when it is first used, which a capture
     * forbids: the very first iteration is not replayed.
     */
    int nextRun(int wanted) {
        return kernelsLoaded ? log.room(wanted) : 1;
    }

    /** Whether they are replayed. */
    boolean replaysNext() {
        return replays && kernelsLoaded;
    }

    /** Before iterations are queued: makes room for their losses. */
    void startRun() {
        halfDone = true;
        log.makeRoom();
    }

    /** After they were queued: what becomes of their losses. */
    void endRun(int count, float[] losses, int start) {
        log.copy(count, losses, start);
        halfDone = false;
        kernelsLoaded = true;
    }

    /** Waits until every loss is where it belongs. */
    void finishLosses() {
        log.finish();
    }

    private void queueEach(int iterations) {
        for (int i = 0; i < iterations; i++) {
            queueIteration();
        }
    }

    /** Queues one iteration, which may be captured. */
    void queueIteration() {
        ranges.around(Stage.FORWARD.word(), forward);
        ranges.around(Stage.TELESCOPE.word(), this::queueLoss);
        ranges.around(Stage.BACKWARD.word(), backward);
        ranges.around(Stage.OPTIMISER.word(), () -> optimizer.ownPass().forEach(session::launch));
    }

    private void queueLoss() {
        loss.queue(estimate);
        session.launch(new TrainingAdvanceParameters(
                loss.rowLoss(),
                log.ring(),
                optimizer.state(),
                DeviceOptimizer.BETA1,
                DeviceOptimizer.BETA2,
                loss.rows(),
                log.capacity()));
    }

    /** Forgets a sample that was begun and not trained, as if it had not been. */
    void abandonSample() {
        sampleOpen = false;
        graphs.close();
        loss.abandonSample();
    }

    /** @throws IllegalStateException where no sample is under way */
    void requireSample() {
        requireOpen();
        if (!sampleOpen) {
            throw new IllegalStateException("no sample was begun");
        }
    }

    @Override
    public void endSample() {
        requireSample();
        sampleOpen = false;
        graphs.close();
        loss.endSample();
    }

    @Override
    public float[] estimate() {
        requireOpen();
        forward.run();
        float[] values = new float[spec.object().count()];
        session.download(estimate, 0, values, 0, values.length);
        return values;
    }

    @Override
    public SessionReport report() {
        return new SessionReport(loss.cacheStatistics(), loss.planNames(), memory.peakBytes());
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
        if (graphs != null) {
            newestFirst.add(0, graphs);
        }
        Closing.all(newestFirst);
    }

    private void requireOpen() {
        if (!open) {
            throw new IllegalStateException("training session on " + spec.frame() + " is closed");
        }
        if (halfDone) {
            throw new IllegalStateException("training session on " + spec.frame()
                    + " failed in the middle of an iteration: close it and open another");
        }
    }
}
