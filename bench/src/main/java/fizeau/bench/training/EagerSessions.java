// SPDX-License-Identifier: Apache-2.0
package fizeau.bench.training;

import fizeau.backend.TrainingSession;
import fizeau.backend.TrainingSpec;
import fizeau.bench.eager.EagerThreads;
import fizeau.bench.eager.EagerTrainingSession;
import java.util.ArrayList;
import java.util.List;

/** The opponent: eager libtorch with automatic differentiation. */
public final class EagerSessions implements SessionProvider {
    static final String NAME = "eager";

    @Override
    public String name() {
        return NAME;
    }

    /** OpenMP and OpenBLAS keep a pool each, and which pair is best is not to be guessed. */
    @Override
    public List<VariantSpec> threadChoices(VariantSpec variant, int cores) {
        List<VariantSpec> choices = new ArrayList<>();
        for (VariantSpec choice : SessionProvider.super.threadChoices(variant, cores)) {
            choices.add(choice);
            if (choice.threads() > 1) {
                choices.add(choice.withThreads(choice.threads(), choice.threads()));
            }
        }
        return choices;
    }

    @Override
    public SessionFactory open(VariantSpec variant) {
        return new Factory(variant);
    }

    private record Factory(VariantSpec variant) implements SessionFactory {

        @Override
        public String description() {
            return "eager libtorch with autograd, OpenMP threads " + variant.threads() + ", OpenBLAS threads "
                    + variant.blasThreads();
        }

        @Override
        public TrainingSession openSession(TrainingSpec spec, float[] object, float[] initialParameters) {
            return new EagerTrainingSession(
                    spec,
                    object,
                    initialParameters,
                    variant.measureOnce(),
                    new EagerThreads.Setting(variant.threads(), variant.blasThreads()));
        }

        @Override
        public void close() {
            // sessions own everything
        }
    }
}
