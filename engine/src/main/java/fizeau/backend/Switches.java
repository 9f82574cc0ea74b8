// SPDX-License-Identifier: Apache-2.0
package fizeau.backend;

import java.util.Optional;

/**
 * Every optimisation that can be turned on and off alone.
 *
 * @param measurementCache keep the truth's measurements; off: they are measured again in every iteration
 * @param fftCache keep transform plans and their factor tables; off: they are built again for every transform
 * @param gridCache keep masks and coordinate grids; off: they are evaluated again whenever they are needed
 * @param plan the transform plan; empty: the fastest by measurement
 * @param fused hand-written forward and backward passes instead of tensor operations with automatic differentiation
 * @param fusedOptimizer Adam over one flat buffer in one pass instead of one pass per tensor and operation
 * @param threads worker threads, at least 1
 * @param cudaGraphs on a GPU, capture iterations once per sample and replay them, instead of launching kernel by kernel;
 *     asked for nowhere else
 */
public record Switches(
        boolean measurementCache,
        boolean fftCache,
        boolean gridCache,
        Optional<Plan> plan,
        boolean fused,
        boolean fusedOptimizer,
        int threads,
        boolean cudaGraphs) {

    public Switches {
        if (threads < 1) {
            throw new IllegalArgumentException("thread count " + threads + " must be at least 1");
        }
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
        return new Switches(measurementCache, fftCache, gridCache, plan, fused, fusedOptimizer, count, cudaGraphs);
    }

    /** Everything on, for the given number of threads. */
    public static Switches optimized(int threads) {
        return new Switches(true, true, true, Optional.empty(), true, true, threads);
    }
}
