// SPDX-License-Identifier: Apache-2.0
package fizeau.bench.training;

import fizeau.backend.Ranges;
import fizeau.backend.StageClock;
import fizeau.backend.TrainingSession;
import fizeau.backend.TrainingSpec;
import fizeau.backend.cpu.CpuBackend;
import fizeau.backend.cuda.CudaBackend;
import fizeau.backend.selection.BackendSelector;
import fizeau.backend.selection.DeviceName;
import fizeau.bench.eager.EagerDecoder;
import fizeau.bench.eager.EagerThreads;
import fizeau.nativeconfig.Settings;
import java.util.List;

/** The engine, with whatever switches the variant sets. */
public final class EngineSessions implements SessionProvider {
    static final String NAME = "engine";

    @Override
    public String name() {
        return NAME;
    }

    /** The host does nothing beside launching on a GPU: there is nothing to choose. */
    @Override
    public List<VariantSpec> threadChoices(VariantSpec variant, int cores) {
        return variant.onCuda()
                ? List.of(variant.withThreads(1, 1))
                : SessionProvider.super.threadChoices(variant, cores);
    }

    @Override
    public SessionFactory open(VariantSpec variant) {
        return open(variant, StageClock.NONE);
    }

    /** The same, with a clock on the CPU that learns where each iteration stands. */
    static SessionFactory open(VariantSpec variant, StageClock clock) {
        if (variant.onCuda()) {
            return new CudaFactory(variant, openCuda(variant), Ranges.NONE);
        }
        return new Factory(variant, CpuBackend.open(variant.threads(), clock));
    }

    /** The GPU of a variant that trains on one. */
    static CudaBackend openCuda(VariantSpec variant) {
        return (CudaBackend) BackendSelector.requireCuda(Settings.ofProcess(), DeviceName.parse(variant.device()));
    }

    /**
     * Sessions on a backend that is borrowed until the factory closes it.
     *
     * @param ranges told of the stages of iterations that are launched one by one
     */
    record CudaFactory(VariantSpec variant, CudaBackend backend, Ranges ranges) implements SessionFactory {

        @Override
        public String description() {
            return backend.description() + ", " + variant.level() + " level in " + variant.precision();
        }

        @Override
        public TrainingSession openSession(TrainingSpec spec, float[] object, float[] initialParameters) {
            return backend.openTraining(spec, variant.switches(), object, initialParameters, ranges);
        }

        @Override
        public void close() {
            backend.close();
        }
    }

    private record Factory(VariantSpec variant, CpuBackend backend) implements SessionFactory {

        @Override
        public String description() {
            return backend.description();
        }

        @Override
        public TrainingSession openSession(TrainingSpec spec, float[] object, float[] initialParameters) {
            if (variant.fused()) {
                return backend.openTraining(spec, variant.switches(), object, initialParameters);
            }
            // what the hand-written passes replace: the same network by tensor operations with automatic
            // differentiation
            new EagerThreads.Setting(variant.threads(), 1).apply();
            EagerDecoder decoder = new EagerDecoder(spec.decoder());
            return backend.openTraining(spec, variant.switches(), object, initialParameters, decoder);
        }

        @Override
        public void close() {
            backend.close();
        }
    }
}
