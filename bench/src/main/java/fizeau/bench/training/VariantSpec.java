// SPDX-License-Identifier: Apache-2.0
package fizeau.bench.training;

import fizeau.backend.Plan;
import fizeau.backend.Precision;
import fizeau.backend.Switches;
import fizeau.backend.TrainingLevel;
import fizeau.backend.selection.DeviceName;
import java.util.Optional;

/**
 * A named setting of an implementation.
 *
 * @param name word on the command line and in records, such as {@code baseline-once}
 * @param provider which {@link SessionProvider} opens its sessions
 * @param device {@code cpu} or {@code cuda[:n]}
 * @param measureOnce whether the truth is measured once per sample, as the real training loop does, and not in every
 *     iteration, as the published benchmark does; only the eager implementation asks
 * @param plan word of the transform plan, or {@code auto}
 * @param threads worker threads
 * @param blasThreads threads of the matrix library's own pool, where the implementation has two pools
 * @param cudaGraphs whether iterations are captured and replayed; null on the CPU, which has nothing of the kind
 * @param level word of the {@link TrainingLevel}; null on the CPU
 * @param precision word of the {@link Precision}; null on the CPU, which has one
 * @param deterministic whether algorithms of libraries are taken by rule; null on the CPU
 * @param fusedLoss whether the loss is taken on the way through the telescope; null on the CPU, and in records older than this
 */
public record VariantSpec(
        String name,
        String provider,
        String device,
        boolean measureOnce,
        boolean measurementCache,
        boolean fftCache,
        boolean gridCache,
        String plan,
        boolean fused,
        boolean fusedOptimizer,
        int threads,
        int blasThreads,
        Boolean cudaGraphs,
        String level,
        String precision,
        Boolean deterministic,
        Boolean fusedLoss) {

    public static final String BASELINE = "baseline";
    public static final String BASELINE_ONCE = "baseline-once";
    public static final String OPTIMIZED = "optimized";

    /** The optimised variant once more, for a comparison with itself. */
    public static final String OPTIMIZED_AGAIN = "optimized-again";

    /** The library level in single precision, beside an optimised variant that is something else. */
    public static final String LIBRARY_LEVEL = "library-level";

    /** Of an implementation that has no graphs. */
    public VariantSpec(
            String name,
            String provider,
            String device,
            boolean measureOnce,
            boolean measurementCache,
            boolean fftCache,
            boolean gridCache,
            String plan,
            boolean fused,
            boolean fusedOptimizer,
            int threads,
            int blasThreads) {
        this(
                name,
                provider,
                device,
                measureOnce,
                measurementCache,
                fftCache,
                gridCache,
                plan,
                fused,
                fusedOptimizer,
                threads,
                blasThreads,
                null,
                null,
                null,
                null,
                null);
    }

    /** The original's way: everything off. */
    public static VariantSpec baseline(boolean measureOnce, int threads) {
        return new VariantSpec(
                measureOnce ? BASELINE_ONCE : BASELINE,
                EagerSessions.NAME,
                "cpu",
                measureOnce,
                false,
                false,
                false,
                Plan.FFT.word(),
                false,
                false,
                threads,
                1);
    }

    /** The engine with everything on. */
    public static VariantSpec optimized(String device, int threads) {
        return new VariantSpec(
                OPTIMIZED, EngineSessions.NAME, device, false, true, true, true, "auto", true, true, threads, 1);
    }

    /** Switches as the engine takes them. */
    public Switches switches() {
        Optional<Plan> chosen = plan.equals("auto") ? Optional.empty() : Optional.of(Plan.parse(plan));
        boolean graphs = !Boolean.FALSE.equals(cudaGraphs);
        return new Switches(measurementCache, fftCache, gridCache, chosen, fused, fusedOptimizer, threads, graphs)
                .at(
                        level == null ? TrainingLevel.FUSED : TrainingLevel.parse(level),
                        precision == null ? Precision.FP32 : Precision.parse(precision),
                        Boolean.TRUE.equals(deterministic))
                .withFusedLoss(!Boolean.FALSE.equals(fusedLoss));
    }

    /** Whether it runs on a GPU. */
    public boolean onCuda() {
        return DeviceName.parse(device).kind() == DeviceName.Kind.CUDA;
    }

    /** The same on a GPU, at the fused level in single precision if nothing else was said. */
    public VariantSpec onCuda(DeviceName gpu, boolean graphs) {
        return new VariantSpec(
                name,
                provider,
                gpu.toString(),
                measureOnce,
                measurementCache,
                fftCache,
                gridCache,
                plan,
                fused,
                fusedOptimizer,
                threads,
                blasThreads,
                graphs,
                level == null ? TrainingLevel.FUSED.word() : level,
                precision == null ? Precision.FP32.word() : precision,
                Boolean.TRUE.equals(deterministic),
                !Boolean.FALSE.equals(fusedLoss));
    }

    /** The same, on a GPU, at another level. */
    public VariantSpec at(TrainingLevel newLevel, Precision newPrecision, boolean byRule) {
        return new VariantSpec(
                name,
                provider,
                device,
                measureOnce,
                measurementCache,
                fftCache,
                gridCache,
                plan,
                fused,
                fusedOptimizer,
                threads,
                blasThreads,
                cudaGraphs,
                newLevel.word(),
                newPrecision.word(),
                byRule,
                fusedLoss);
    }

    /** The same with graphs, or without, on a GPU. */
    public VariantSpec withGraphs(boolean graphs) {
        return new VariantSpec(
                name,
                provider,
                device,
                measureOnce,
                measurementCache,
                fftCache,
                gridCache,
                plan,
                fused,
                fusedOptimizer,
                threads,
                blasThreads,
                graphs,
                level,
                precision,
                deterministic,
                fusedLoss);
    }

    /** The same, on a GPU, with the loss on the way through the telescope, or as a step of its own. */
    public VariantSpec withFusedLoss(boolean onTheWay) {
        return new VariantSpec(
                name,
                provider,
                device,
                measureOnce,
                measurementCache,
                fftCache,
                gridCache,
                plan,
                fused,
                fusedOptimizer,
                threads,
                blasThreads,
                cudaGraphs,
                level,
                precision,
                deterministic,
                onTheWay);
    }

    /** Whether products are rounded, so that its speed is no measure of single precision's. */
    public boolean rounds() {
        return precision != null && !Precision.FP32.word().equals(precision);
    }

    public VariantSpec withName(String other) {
        return new VariantSpec(
                other,
                provider,
                device,
                measureOnce,
                measurementCache,
                fftCache,
                gridCache,
                plan,
                fused,
                fusedOptimizer,
                threads,
                blasThreads,
                cudaGraphs,
                level,
                precision,
                deterministic,
                fusedLoss);
    }

    public VariantSpec withThreads(int count, int blasCount) {
        return new VariantSpec(
                name,
                provider,
                device,
                measureOnce,
                measurementCache,
                fftCache,
                gridCache,
                plan,
                fused,
                fusedOptimizer,
                count,
                blasCount,
                cudaGraphs,
                level,
                precision,
                deterministic,
                fusedLoss);
    }
}
