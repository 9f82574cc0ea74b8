// SPDX-License-Identifier: Apache-2.0
package fizeau.bench.training;

import fizeau.bench.workload.Workload;
import java.util.List;

/** A short run of all variants in one process before anything is timed for the record: are they right, and how many threads. */
public final class Trial {

    /** The family's word in jobs. */
    public static final String FAMILY = "training-trial";

    private Trial() {}

    /**
     * What to try.
     *
     * @param variants in the order in which they run, the reference first
     * @param seed of the initial weights
     * @param firstSampleLosses iterations at the first position, where old and new loss are the same
     * @param laterSamples positions of a second, short training that needs the cumulative mask; 3 iterations each
     * @param tuned names of the variants whose thread settings are to be tried; the others keep their own
     * @param cores most threads to try
     * @param moved whether the reference runs once more, from weights moved by one rounding error
     */
    public record Settings(
            Workload workload,
            List<VariantSpec> variants,
            long seed,
            String objectFile,
            int firstSampleLosses,
            int laterSamples,
            List<String> tuned,
            int cores,
            boolean moved) {

        public Settings {
            variants = List.copyOf(variants);
            tuned = List.copyOf(tuned);
        }

        Settings withoutTuning() {
            return new Settings(
                    workload, variants, seed, objectFile, firstSampleLosses, laterSamples, List.of(), cores, moved);
        }
    }

    /**
     * What one variant did.
     *
     * @param firstLosses at the first position
     * @param laterLosses of the short training over several positions
     * @param spec the variant with its fastest thread setting
     * @param threadTrials what each setting took; empty when the variant was not tuned
     * @param iterationMillis median of an iteration, roughly
     * @param failure why it did nothing, in one sentence; null otherwise
     */
    public record Outcome(
            String variant,
            float[] firstLosses,
            float[] laterLosses,
            VariantSpec spec,
            List<ThreadTrial> threadTrials,
            double iterationMillis,
            String failure) {}

    /** Time of one iteration under one thread setting: the fastest seen, for others can only slow it down. */
    public record ThreadTrial(int threads, int blasThreads, double millis) {}

    /**
     * All outcomes.
     *
     * @param variants in the order in which they ran, the reference first
     * @param movedFirstLosses what the reference's first losses become when its initial weights move by one rounding error;
     *     empty where that was not asked for
     * @param movedLaterLosses the same of its later losses
     */
    public record Outcomes(List<Outcome> variants, float[] movedFirstLosses, float[] movedLaterLosses) {

        public Outcome of(String variant) {
            return variants.stream()
                    .filter(outcome -> outcome.variant().equals(variant))
                    .findFirst()
                    .orElseThrow(() -> new IllegalArgumentException("variant " + variant + " was not tried"));
        }
    }
}
