// SPDX-License-Identifier: Apache-2.0
package fizeau.bench.training;

import java.util.ArrayList;
import java.util.List;

/**
 * An implementation of the training. Providers are found by {@link java.util.ServiceLoader}, so that a new opponent, or
 * one made up by a test, needs no change here.
 */
public interface SessionProvider {

    /** The word in {@link VariantSpec#provider()}. */
    String name();

    /** The variant with every thread setting worth trying, at most {@code cores} threads. */
    default List<VariantSpec> threadChoices(VariantSpec variant, int cores) {
        List<VariantSpec> choices = new ArrayList<>();
        for (int threads = 1; threads < cores; threads *= 2) {
            choices.add(variant.withThreads(threads, 1));
        }
        choices.add(variant.withThreads(cores, 1));
        return choices;
    }

    /** Loads libraries and opens what the sessions of one process share. */
    SessionFactory open(VariantSpec variant);
}
