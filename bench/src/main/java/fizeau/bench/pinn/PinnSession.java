// SPDX-License-Identifier: Apache-2.0
package fizeau.bench.pinn;

import fizeau.bench.eager.EagerThreads;
import fizeau.bench.pinn.eager.EagerFineTuning;
import fizeau.pinn.CollocationProblem.Losses;
import fizeau.pinn.FineTuning;
import java.util.List;
import java.util.function.Function;
import java.util.function.Supplier;
import java.util.stream.Stream;

/** One training under way, whoever computes it. */
interface PinnSession extends AutoCloseable {

    /** One optimiser step; the losses are those before it. */
    Losses step();

    /** So many steps in a row. */
    default List<Losses> steps(int count) {
        return Stream.generate(this::step).limit(count).toList();
    }

    /** Losses now, and their gradient. */
    Losses gradient(float[] target);

    /** The physical field at all points of the grid. */
    float[] field();

    /** The device and where its kernels come from, in words; empty on a CPU. */
    default String device() {
        return "";
    }

    /** Bytes of device memory that it needed at most; 0 on a CPU. */
    default long deviceBytes() {
        return 0;
    }

    @Override
    void close();

    /** Opens a variant that runs in this JVM. */
    static PinnSession open(PinnVariant variant, PinnSetup setup, PinnWorkload workload, PinnPlace place) {
        return switch (variant) {
            case EAGER -> eager(setup, workload, false, false);
            case JIT -> eager(setup, workload, true, false);
            case FUSED -> jets(setup, workload, false, place);
            case SHARED -> jets(setup, workload, true, place);
            case COMPILE, PYTHON_EAGER ->
                throw new IllegalArgumentException("variant " + variant.word() + " does not run in Java");
        };
    }

    /** The reference: automatic differentiation in 64 bits. */
    static PinnSession reference(PinnSetup setup, PinnWorkload workload) {
        return eager(setup, workload, false, true);
    }

    /** Sets thread counts of the process for a variant, the best of a few for libtorch; tells them in words. */
    static String settle(PinnVariant variant, PinnWorkload workload, PinnPlace place) {
        if (!variant.inLibtorch()) {
            return place.onCuda() ? "one thread beside the GPU" : place.threads() + " worker threads";
        }
        PinnWorkload small = workload.reduced(2, workload.grid());
        try (PinnSession trial = open(variant, PinnSetup.of(small), small, place)) {
            for (int i = 0; i < 3; i++) { // compile first
                trial.step();
            }
            EagerThreads.Setting best = EagerThreads.best(place.threads(), iterations -> {
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

    private static PinnSession jets(PinnSetup setup, PinnWorkload workload, boolean shared, PinnPlace place) {
        if (place.onCuda()) {
            return DevicePinnSession.open(setup, workload, shared, place);
        }
        FineTuning session = new FineTuning(
                setup.problem(),
                setup.network(),
                setup.initialParameters(),
                new FineTuning.Settings(
                        workload.learningRate(),
                        workload.weightDecay(),
                        shared,
                        place.threads(),
                        FineTuning.BLOCK_POINTS));
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
