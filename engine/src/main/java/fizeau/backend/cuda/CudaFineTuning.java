// SPDX-License-Identifier: Apache-2.0
package fizeau.backend.cuda;

import fizeau.backend.Closing;
import fizeau.backend.cuda.raw.DeviceMemory;
import fizeau.kernels.AdamState;
import fizeau.kernels.DeviceAddress;
import fizeau.kernels.JetComposeParameters;
import fizeau.kernels.JetGatherParameters;
import fizeau.kernels.JetProblem;
import fizeau.kernels.JetStepParameters;
import fizeau.kernels.JetTiles;
import fizeau.kernels.JetTilesParameters;
import fizeau.kernels.KernelParameters;
import fizeau.kernels.ParameterStep;
import fizeau.kernels.StructLayout;
import fizeau.kernels.TrainingState;
import fizeau.pinn.CollocationProblem;
import fizeau.pinn.CollocationProblem.Losses;
import fizeau.pinn.LowRankNetwork;
import java.util.ArrayList;
import java.util.List;

/**
 * Full-batch training of a {@link LowRankNetwork} on a {@link CollocationProblem} that never leaves the device: an epoch is
 * four launches, captured once and replayed, and losses come back for many epochs together. What it computes is what
 * {@code fizeau.pinn.FineTuning} does on a CPU; every sum has a fixed order, so that a training repeats bit for bit on the same
 * device, whatever is captured.
 *
 * <p>Owns its memory and graphs, borrows the session. Confined to the session's thread.
 */
public final class CudaFineTuning implements AutoCloseable {

    /** Losses that are kept on the device until they are read. */
    private static final int RING = 64;

    /**
     * How it is computed and optimised.
     *
     * @param sharedPoints whether samples share the jets of a grid point
     * @param graphs whether epochs are captured and replayed, where the driver can
     */
    public record Settings(double learningRate, double weightDecay, boolean sharedPoints, boolean graphs) {}

    private final CudaSession session;
    private final CollocationProblem problem;
    private final int trained;
    private final boolean replays;
    private final List<AutoCloseable> owned = new ArrayList<>();
    private final DeviceArrays arrays;
    private final IterationGraphs graphs;
    private final DeviceMemory parameters;
    private final DeviceMemory losses;
    private final DeviceMemory asideLosses;
    private final DeviceMemory gradient;
    private final DeviceMemory field;
    private final List<KernelParameters> epoch;
    private final List<KernelParameters> gradientAlone;
    private final List<KernelParameters> fieldAlone;
    private int slot;
    private boolean kernelsLoaded;
    private boolean halfDone;
    private boolean open = true;

    CudaFineTuning(
            CollocationProblem problem,
            LowRankNetwork network,
            float[] initialParameters,
            Settings settings,
            CudaSession session) {
        if (initialParameters.length != network.trainable()) {
            throw new IllegalArgumentException("this network trains " + network.trainable() + " numbers, got "
                    + initialParameters.length + ": give each its start");
        }
        if (network.width() > JetTiles.MAX_WIDTH) {
            throw new IllegalArgumentException("a network of width " + network.width()
                    + " is not possible on a GPU: use 1 to " + JetTiles.MAX_WIDTH + ", or --device cpu");
        }
        this.session = session;
        this.problem = problem;
        this.trained = network.trainable();
        this.replays = settings.graphs() && session.offersGraphs();
        this.arrays = own(new DeviceArrays(session));
        try {
            int width = network.width();
            JetProblem points = upload(problem, settings.sharedPoints());
            int multiprocessors = session.context().device().multiprocessors();
            int blocks = JetTiles.blocks(points.tiles(), multiprocessors);
            this.parameters = arrays.copyOf(initialParameters, "trained numbers");
            DeviceAddress columns =
                    arrays.copyOf(joined(network.columns()), "fixed columns").address();
            DeviceAddress rows =
                    arrays.copyOf(joined(network.rows()), "fixed rows").address();
            DeviceAddress weights = arrays.zeroFloats(JetTiles.weightFloats(), "composed matrices")
                    .address();
            DeviceAddress waiting = arrays.floats(JetTiles.waitingFloats(blocks), "jets on their way")
                    .address();
            DeviceAddress parts = arrays.floats(JetTiles.partFloats(blocks), "parts of gradients")
                    .address();
            DeviceAddress squares = arrays.doubles((long) blocks * JetTiles.SQUARES, "sums of squares")
                    .address();
            DeviceAddress matrices = arrays.floats(JetTiles.matrixFloats(), "gradients by matrices")
                    .address();
            DeviceAddress ends =
                    arrays.floats(JetTiles.ENDS, "gradients by the ends").address();
            this.losses = arrays.doubles(RING * JetTiles.LOSSES, "losses");
            this.asideLosses = arrays.doubles(JetTiles.LOSSES, "losses beside the training");
            this.gradient = arrays.floats(trained, "a gradient");
            this.field = arrays.floats(problem.points(), "a field");
            DeviceMemory asideState = arrays.own(
                    session.allocate(StructLayout.of(TrainingState.class).size(), "scalars beside the training"));
            DeviceOptimizer optimizer =
                    own(new DeviceOptimizer(session, parameters, trained, settings.learningRate(), true));
            optimizer.restart();
            session.upload(new TrainingState(AdamState.NEW, 0, settings.learningRate()), asideState);

            KernelParameters compose = new JetComposeParameters(parameters.address(), columns, rows, weights, width);
            KernelParameters tiles = new JetTilesParameters(
                    points, parameters.address(), weights, waiting, parts, squares, DeviceAddress.NULL, width, blocks);
            this.epoch = List.of(
                    compose,
                    tiles,
                    gather(parts, squares, matrices, ends, losses, optimizer.state(), blocks, RING),
                    new JetStepParameters(
                            optimizer.step(),
                            columns,
                            rows,
                            matrices,
                            ends,
                            optimizer.state(),
                            settings.weightDecay(),
                            width));
            this.gradientAlone = List.of(
                    compose,
                    tiles,
                    gather(parts, squares, matrices, ends, asideLosses, asideState.address(), blocks, 1),
                    new JetStepParameters(
                            written(optimizer.step()), columns, rows, matrices, ends, asideState.address(), 0, width));
            JetProblem once = points.pointsOnce();
            this.fieldAlone = List.of(
                    compose,
                    new JetTilesParameters(
                            once,
                            parameters.address(),
                            weights,
                            waiting,
                            DeviceAddress.NULL,
                            DeviceAddress.NULL,
                            field.address(),
                            width,
                            Math.min(blocks, JetTiles.blocks(once.tiles(), multiprocessors))));
        } catch (RuntimeException failure) {
            throw Closing.afterFailure(failure, this::closeOwned);
        }
        this.graphs = own(new IterationGraphs(session.stream(), this::queueEach));
    }

    private <T extends AutoCloseable> T own(T part) {
        owned.add(0, part); // the newest is closed first
        return part;
    }

    private JetProblem upload(CollocationProblem given, boolean shared) {
        int samples = given.samples().size();
        int points = given.points();
        float[] source = new float[samples * points];
        float[] truth = new float[samples * points];
        float[] operators = new float[samples * JetTiles.TERMS];
        for (int i = 0; i < samples; i++) {
            CollocationProblem.Sample sample = given.samples().get(i);
            System.arraycopy(sample.source(), 0, source, i * points, points);
            System.arraycopy(sample.truth(), 0, truth, i * points, points);
            float[] terms = {
                sample.operator().ut(),
                sample.operator().ux(),
                sample.operator().uux(),
                sample.operator().second(),
                sample.operator().u1(),
                sample.operator().u3()
            };
            System.arraycopy(terms, 0, operators, i * terms.length, terms.length);
        }
        int pairs = given.pairs().count();
        return new JetProblem(
                arrays.copyOf(given.x(), "first coordinates").address(),
                arrays.copyOf(given.t(), "second coordinates").address(),
                arrays.copyOf(given.edges(), "edge counts").address(),
                pairs == 0
                        ? DeviceAddress.NULL
                        : arrays.copyOf(given.pairs().t(), "pairs").address(),
                arrays.copyOf(source, "sources").address(),
                arrays.copyOf(truth, "true solutions").address(),
                arrays.copyOf(operators, "equations").address(),
                points,
                pairs,
                samples,
                shared ? 1 : samples,
                given.pairs().lowerX(),
                given.pairs().upperX(),
                given.mean(),
                given.scale(),
                given.second() == null ? 0 : given.second().xx(),
                given.second() == null ? 0 : given.second().tt(),
                given.edgePoints() == 0
                        ? 0
                        : (float) ((double) given.trainingPoints() / (samples * (double) given.edgePoints())));
    }

    private KernelParameters gather(
            DeviceAddress parts,
            DeviceAddress squares,
            DeviceAddress matrices,
            DeviceAddress ends,
            DeviceMemory ring,
            DeviceAddress state,
            int blocks,
            int capacity) {
        double edgePoints = (double) problem.samples().size() * problem.edgePoints();
        return new JetGatherParameters(
                parts,
                squares,
                matrices,
                ends,
                ring.address(),
                state,
                1.0 / problem.trainingPoints(),
                edgePoints == 0 ? 0 : 1 / edgePoints,
                problem.pairs().count() == 0 ? 0 : 1.0 / problem.pairs().count(),
                DeviceOptimizer.BETA1,
                DeviceOptimizer.BETA2,
                blocks,
                capacity);
    }

    /** The same parameters, their gradients written and not stepped with. */
    private ParameterStep written(ParameterStep step) {
        return new ParameterStep(
                step.parameters(),
                gradient.address(),
                step.firstMoments(),
                step.secondMoments(),
                step.state(),
                step.rule(),
                0);
    }

    private static float[] joined(float[][] layers) {
        float[] all = new float[layers.length * layers[0].length];
        for (int layer = 0; layer < layers.length; layer++) {
            System.arraycopy(layers[layer], 0, all, layer * layers[0].length, layers[0].length);
        }
        return all;
    }

    /** So many optimiser steps, queued together; the losses are those before each, and are waited for. */
    public List<Losses> steps(int count) {
        requireOpen();
        if (count < 1) {
            throw new IllegalArgumentException(count + " steps are not possible: use at least 1");
        }
        List<Losses> all = new ArrayList<>(count);
        while (all.size() < count) {
            // a kernel is loaded when it is first used, which a capture forbids: the first epoch is not replayed
            int run = kernelsLoaded ? Math.min(RING, count - all.size()) : 1;
            boolean replayed = replays && kernelsLoaded;
            if (replayed) {
                graphs.prepare(run);
            }
            halfDone = true;
            if (replayed) {
                graphs.queue(run);
            } else {
                queueEach(run);
            }
            double[] ring = session.downloadDoubles(losses, RING * JetTiles.LOSSES);
            halfDone = false;
            kernelsLoaded = true;
            for (int i = 0; i < run; i++) {
                all.add(losses(ring, slot));
                slot = (slot + 1) % RING;
            }
        }
        return all;
    }

    private void queueEach(int count) {
        for (int i = 0; i < count; i++) {
            epoch.forEach(session::launch);
        }
    }

    private static Losses losses(double[] ring, int slot) {
        int at = slot * JetTiles.LOSSES;
        return new Losses(ring[at], ring[at + 1], ring[at + 2]);
    }

    /** Losses at the current parameters and, in {@code target}, their gradient. */
    public Losses gradient(float[] target) {
        requireOpen();
        gradientAlone.forEach(session::launch);
        session.download(gradient, 0, target, 0, trained);
        return losses(session.downloadDoubles(asideLosses, JetTiles.LOSSES), 0);
    }

    /** The trained numbers as they are now. */
    public float[] parameters() {
        requireOpen();
        float[] values = new float[trained];
        session.download(parameters, 0, values, 0, trained);
        return values;
    }

    /** The physical field at all points of the grid. */
    public float[] field() {
        requireOpen();
        fieldAlone.forEach(session::launch);
        float[] values = new float[problem.points()];
        session.download(field, 0, values, 0, values.length);
        return values;
    }

    private void requireOpen() {
        if (!open) {
            throw new IllegalStateException("this fine-tuning is closed");
        }
        if (halfDone) {
            throw new IllegalStateException(
                    "this fine-tuning failed in the middle of an epoch: close it and open another");
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
        List<AutoCloseable> newestFirst = List.copyOf(owned);
        owned.clear();
        Closing.all(newestFirst);
    }
}
