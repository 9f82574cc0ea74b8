// SPDX-License-Identifier: Apache-2.0
package fizeau.bench.training;

import fizeau.backend.StageClock;
import fizeau.backend.TrainingSession;
import fizeau.backend.TrainingSpec;
import fizeau.backend.cpu.CpuBackend;
import fizeau.bench.eager.EagerDecoder;
import fizeau.bench.eager.EagerThreads;

/** The engine, with whatever switches the variant sets. */
public final class EngineSessions implements SessionProvider {
    static final String NAME = "engine";

    @Override
    public String name() {
        return NAME;
    }

    @Override
    public SessionFactory open(VariantSpec variant) {
        return open(variant, StageClock.NONE);
    }

    /** The same, with a clock that learns where each iteration stands. */
    static SessionFactory open(VariantSpec variant, StageClock clock) {
        return new Factory(variant, CpuBackend.open(variant.threads(), clock));
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
