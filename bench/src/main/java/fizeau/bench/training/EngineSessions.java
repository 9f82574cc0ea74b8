// SPDX-License-Identifier: Apache-2.0
package fizeau.bench.training;

import fizeau.backend.Backend;
import fizeau.backend.TrainingSession;
import fizeau.backend.TrainingSpec;
import fizeau.backend.cpu.CpuBackend;

/** The engine, with whatever switches the variant sets. */
public final class EngineSessions implements SessionProvider {
    static final String NAME = "engine";

    @Override
    public String name() {
        return NAME;
    }

    @Override
    public SessionFactory open(VariantSpec variant) {
        return new Factory(variant, CpuBackend.open(variant.threads()));
    }

    private record Factory(VariantSpec variant, Backend backend) implements SessionFactory {

        @Override
        public String description() {
            return backend.description();
        }

        @Override
        public TrainingSession openSession(TrainingSpec spec, float[] object, float[] initialParameters) {
            return backend.openTraining(spec, variant.switches(), object, initialParameters);
        }

        @Override
        public void close() {
            backend.close();
        }
    }
}
