// SPDX-License-Identifier: Apache-2.0
package fizeau.bench.pinn;

import fizeau.bench.eager.EagerThreads;
import fizeau.bench.pinn.eager.EagerFineTuning;
import fizeau.pinn.CollocationProblem.Losses;
import fizeau.pinn.FineTuning;
import java.util.function.Function;
import java.util.function.Supplier;

/** One training under way, whoever computes it. */
interface PinnSession extends AutoCloseable {

    /** One optimiser step; the losses are those before it. */
    Losses step();

    /** Losses now, and their gradient. */
    Losses gradient(float[] target);

    /** The physical field at all points of the grid. */
    float[] field();

    @Override
    void close();

    /** Opens a variant that runs in this JVM. */
    static PinnSession open(PinnVariant variant, PinnSetup setup, PinnWorkload workload, int threads) {
        return switch (variant) {
            case EAGER -> eager(setup, workload, false, false);
            case JIT -> eager(setup, workload, true, false);
            case FUSED -> jets(setup, workload, false, threads);
            case SHARED -> jets(setup, workload, true, threads);
            case COMPILE -> throw new IllegalArgumentException("variant compile does not run in Java");
        };
    }

    /** The reference: automatic differentiation in 64 bits. */
    static PinnSession reference(PinnSetup setup, PinnWorkload workload) {
        return eager(setup, workload, false, true);
    }

    /** Sets thread counts of the process for a variant, the best of a few for libtorch; tells them in words. */
    static String settle(PinnVariant variant, PinnWorkload workload, int threads) {
        if (variant != PinnVariant.EAGER && variant != PinnVariant.JIT) {
            return threads + " worker threads";
        }
        PinnWorkload small = workload.reduced(2, workload.grid());
        try (PinnSession trial = open(variant, PinnSetup.of(small), small, threads)) {
            for (int i = 0; i < 3; i++) { // compile first
                trial.step();
            }
            EagerThreads.Setting best = EagerThreads.best(threads, iterations -> {
                        for (int i = 0; i < iterations; i++) {
                            trial.step();
                        }
                    })
                    .setting();
            return best.openMp() + " OpenMP, " + best.openBlas() + " OpenBLAS";
        }
    }

    private static PinnSession eager(PinnSetup setup, PinnWorkload workload, boolean scripted, boolean wide) {
        EagerFineTuning session = new EagerFineTuning(
                setup.problem(),
                setup.network(),
                setup.initialParameters(),
                workload.learningRate(),
                workload.weightDecay(),
                scripted,
                wide);
        return of(session::step, session::gradient, session::field, session::close);
    }

    private static PinnSession jets(PinnSetup setup, PinnWorkload workload, boolean shared, int threads) {
        FineTuning session = new FineTuning(
                setup.problem(),
                setup.network(),
                setup.initialParameters(),
                new FineTuning.Settings(
                        workload.learningRate(), workload.weightDecay(), shared, threads, FineTuning.BLOCK_POINTS));
        return of(session::step, session::gradient, session::field, session::close);
    }

    private static PinnSession of(
            Supplier<Losses> step, Function<float[], Losses> gradient, Supplier<float[]> field, Runnable close) {
        return new PinnSession() {
            @Override
            public Losses step() {
                return step.get();
            }

            @Override
            public Losses gradient(float[] target) {
                return gradient.apply(target);
            }

            @Override
            public float[] field() {
                return field.get();
            }

            @Override
            public void close() {
                close.run();
            }
        };
    }
}
