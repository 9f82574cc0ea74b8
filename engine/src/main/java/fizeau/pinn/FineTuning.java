// SPDX-License-Identifier: Apache-2.0
package fizeau.pinn;

import fizeau.pinn.CollocationProblem.Losses;
import fizeau.pinn.CollocationProblem.Pairs;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

/**
 * Full-batch training of a {@link LowRankNetwork} on a {@link CollocationProblem}. A step is one sweep over blocks of points:
 * jets, loss, gradient, all while the block is in the cache; then one step of AdamW. Threads take fixed shares of the blocks,
 * so that results repeat to the bit for a given number of threads.
 *
 * <p>All samples lie on one grid and the network does not know the sample. With shared points the jets of a grid point are
 * therefore computed once and serve all samples; without, every sample computes its own, as the usual batch does. The two
 * differ by rounding only.
 *
 * <p>Owns its threads and native memory.
 */
public final class FineTuning implements AutoCloseable {

    /** Points of a block: its working set stays in a cache of one megabyte, and OpenBLAS multiplies it without packing. */
    public static final int BLOCK_POINTS = 96;

    /**
     * How it is computed and optimised.
     *
     * @param sharedPoints whether samples share the jets of a grid point
     * @param threads at least 1
     */
    public record Settings(
            double learningRate, double weightDecay, boolean sharedPoints, int threads, int blockPoints) {

        public Settings {
            if (threads < 1 || blockPoints < 2 || blockPoints % 2 != 0) {
                throw new IllegalArgumentException(threads + " threads and blocks of " + blockPoints
                        + " points are not possible: use at least one thread and an even number of points");
            }
        }
    }

    /** A stretch of points for a stretch of samples, or of pairs. */
    private record Block(boolean ofPairs, int from, int count, int fromSample, int toSample) {}

    private final CollocationProblem problem;
    private final Settings settings;
    private final float[] parameters;
    private final float[] gradient;
    private final AdamW optimizer;
    private final List<Block> blocks = new ArrayList<>();
    private final List<Worker> workers = new ArrayList<>();
    private final ExecutorService others;

    public FineTuning(
            CollocationProblem problem, LowRankNetwork network, float[] initialParameters, Settings settings) {
        if (initialParameters.length != network.trainable()) {
            throw new IllegalArgumentException("this network trains " + network.trainable() + " numbers, got "
                    + initialParameters.length + ": give each its start");
        }
        this.problem = problem;
        this.settings = settings;
        this.parameters = initialParameters.clone();
        this.gradient = new float[parameters.length];
        this.optimizer = new AdamW(parameters.length, settings.learningRate(), settings.weightDecay());
        JetNetwork.useCallingThreadOnly();
        divide();
        for (int i = 0; i < settings.threads(); i++) {
            workers.add(new Worker(network, i));
        }
        this.others = settings.threads() == 1
                ? null
                : Executors.newFixedThreadPool(settings.threads() - 1, task -> {
                    Thread thread = new Thread(task, "fizeau-jets");
                    thread.setDaemon(true);
                    return thread;
                });
    }

    private void divide() {
        int size = settings.blockPoints();
        int samples = problem.samples().size();
        int passes = settings.sharedPoints() ? 1 : samples;
        for (int pass = 0; pass < passes; pass++) {
            int to = settings.sharedPoints() ? samples : pass + 1;
            for (int from = 0; from < problem.points(); from += size) {
                blocks.add(new Block(false, from, Math.min(size, problem.points() - from), pass, to));
            }
            for (int from = 0; from < problem.pairs().count(); from += size / 2) {
                blocks.add(
                        new Block(true, from, Math.min(size / 2, problem.pairs().count() - from), pass, to));
            }
        }
    }

    /** One optimiser step; the losses are those before it. */
    public Losses step() {
        Losses losses = gradient(gradient);
        optimizer.step(parameters, gradient);
        return losses;
    }

    /** Losses at the current parameters and, in {@code target}, their gradient. */
    public Losses gradient(float[] target) {
        List<Future<?>> running = new ArrayList<>();
        for (int i = 1; i < workers.size(); i++) {
            running.add(others.submit(workers.get(i)));
        }
        workers.get(0).run();
        running.forEach(FineTuning::await);
        Arrays.fill(target, 0);
        ResidualLoss all = new ResidualLoss(problem, 1, 1);
        for (Worker worker : workers) {
            worker.network.addGradient(target);
            all.take(worker.loss);
        }
        return all.losses();
    }

    private static void await(Future<?> task) {
        try {
            task.get();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted during a step", e);
        } catch (ExecutionException e) {
            throw new IllegalStateException("a worker failed: " + e.getCause().getMessage(), e.getCause());
        }
    }

    /** The trained numbers as they are now. */
    public float[] parameters() {
        return parameters.clone();
    }

    /** The physical field at all points of the grid. */
    public float[] field() {
        float[] field = new float[problem.points()];
        Worker worker = workers.get(0);
        worker.network.begin(parameters);
        int size = settings.blockPoints();
        for (int from = 0; from < field.length; from += size) {
            int count = Math.min(size, field.length - from);
            float[] u = worker.values(from, count);
            for (int i = 0; i < count; i++) {
                field[from + i] = problem.scale() * u[i] + problem.mean();
            }
        }
        return field;
    }

    /** Bytes of the working sets. */
    public long bytes() {
        return workers.stream().mapToLong(worker -> worker.network.bytes()).sum();
    }

    @Override
    public void close() {
        if (others != null) {
            others.shutdown();
        }
        workers.forEach(worker -> worker.network.close());
    }

    /** The share of one thread: every n-th block. */
    private final class Worker implements Runnable {
        private final JetNetwork network;
        private final ResidualLoss loss;
        private final int first;
        private final float[] x = new float[settings.blockPoints()];
        private final float[] t = new float[settings.blockPoints()];

        Worker(LowRankNetwork shape, int first) {
            List<SecondOrder> operators = problem.second() == null ? List.of() : List.of(problem.second());
            this.network = new JetNetwork(shape, operators, settings.blockPoints());
            this.loss = new ResidualLoss(problem, settings.blockPoints(), network.channels());
            this.first = first;
        }

        @Override
        public void run() {
            network.begin(parameters);
            loss.begin();
            for (int i = first; i < blocks.size(); i += settings.threads()) {
                Block block = blocks.get(i);
                loss.clear();
                if (block.ofPairs()) {
                    pairs(block);
                } else {
                    float[][] jets = jets(block.from(), block.count());
                    for (int sample = block.fromSample(); sample < block.toSample(); sample++) {
                        loss.addSample(problem.samples().get(sample), block.from(), block.count(), jets);
                    }
                }
                network.backward(loss.gradients());
            }
        }

        /** What lies beyond count is an older point and gets no gradient. */
        private float[][] jets(int from, int count) {
            take(from, count);
            return network.forward(x, t);
        }

        float[] values(int from, int count) {
            take(from, count);
            return network.values(x, t);
        }

        private void take(int from, int count) {
            System.arraycopy(problem.x(), from, x, 0, count);
            System.arraycopy(problem.t(), from, t, 0, count);
        }

        private void pairs(Block block) {
            Pairs pairs = problem.pairs();
            int half = settings.blockPoints() / 2;
            Arrays.fill(x, 0, half, pairs.lowerX());
            Arrays.fill(x, half, 2 * half, pairs.upperX());
            System.arraycopy(pairs.t(), block.from(), t, 0, block.count());
            System.arraycopy(pairs.t(), block.from(), t, half, block.count());
            double weight = (block.toSample() - block.fromSample())
                    / (double) problem.samples().size();
            loss.addPairs(block.count(), half, weight, network.values(x, t));
        }
    }
}
