// SPDX-License-Identifier: Apache-2.0
package fizeau.backend;

import java.util.Optional;

/**
 * Every optimisation that can be turned on and off alone.
 *
 * @param measurementCache keep the truth's measurements and measure nothing whose result is known; off: everything is
 *     measured again in every iteration
 * @param fftCache keep transform plans and their factor tables; off: they are built again for every transform
 * @param gridCache keep masks and coordinate grids; off: they are evaluated again whenever they are needed
 * @param plan the transform plan; empty: the fastest by measurement
 * @param fused hand-written forward and backward passes instead of tensor operations with automatic differentiation
 * @param fusedOptimizer Adam over one flat buffer in one pass instead of one pass per tensor and operation
 * @param threads worker threads, at least 1
 * @param cudaGraphs on a GPU, capture iterations once per sample and replay them, instead of launching kernel by kernel;
 *     asked for nowhere else
 * @param level on a GPU, what a training is made of; asked for nowhere else
 * @param precision how exactly products are computed; others than {@link Precision#FP32} only at
 *     {@link TrainingLevel#LIBRARY}
 * @param deterministic take algorithms of libraries by rule, the same in every process, instead of by measurement
 * @param fusedLoss on a GPU, take loss and gradient where the detector's field is computed, instead of measuring, comparing and
 *     going back one after another; asked for nowhere else
 */
public record Switches(
        boolean measurementCache,
        boolean fftCache,
        boolean gridCache,
        Optional<Plan> plan,
        boolean fused,
        boolean fusedOptimizer,
        int threads,
        boolean cudaGraphs,
        TrainingLevel level,
        Precision precision,
        boolean deterministic,
        boolean fusedLoss) {

    public Switches {
        if (threads < 1) {
            throw new IllegalArgumentException("thread count " + threads + " must be at least 1");
        }
    }

    /** At the fused level in single precision. */
    public Switches(
            boolean measurementCache,
            boolean fftCache,
            boolean gridCache,
            Optional<Plan> plan,
            boolean fused,
            boolean fusedOptimizer,
            int threads,
            boolean cudaGraphs) {
        this(
                measurementCache,
                fftCache,
                gridCache,
                plan,
                fused,
                fusedOptimizer,
                threads,
                cudaGraphs,
                TrainingLevel.FUSED,
                Precision.FP32,
                false,
                true);
    }

    /** With graphs, where there are any. */
    public Switches(
            boolean measurementCache,
            boolean fftCache,
            boolean gridCache,
            Optional<Plan> plan,
            boolean fused,
            boolean fusedOptimizer,
            int threads) {
        this(measurementCache, fftCache, gridCache, plan, fused, fusedOptimizer, threads, true);
    }

    /** The same on another number of threads. */
    public Switches withThreads(int count) {
        return new Switches(
                measurementCache,
                fftCache,
                gridCache,
                plan,
                fused,
                fusedOptimizer,
                count,
                cudaGraphs,
                level,
                precision,
                deterministic,
                fusedLoss);
    }

    /** The same at another level. */
    public Switches at(TrainingLevel newLevel, Precision newPrecision, boolean newDeterministic) {
        return new Switches(
                measurementCache,
                fftCache,
                gridCache,
                plan,
                fused,
                fusedOptimizer,
                threads,
                cudaGraphs,
                newLevel,
                newPrecision,
                newDeterministic,
                fusedLoss);
    }

    /** The same with the loss on the way through the telescope, or as a step of its own. */
    public Switches withFusedLoss(boolean fusedOnTheWay) {
        return new Switches(
                measurementCache,
                fftCache,
                gridCache,
                plan,
                fused,
                fusedOptimizer,
                threads,
                cudaGraphs,
                level,
                precision,
                deterministic,
                fusedOnTheWay);
    }

    /** Everything on, for the given number of threads. */
    public static Switches optimized(int threads) {
        return new Switches(true, true, true, Optional.empty(), true, true, threads);
    }
}
