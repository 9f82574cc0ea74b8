// SPDX-License-Identifier: Apache-2.0
package fizeau.bench.im2im;

import fizeau.bench.protocol.WarmUpRule;

/**
 * One task in one process. The contract between revisions: fields are added, never changed.
 *
 * @param mode {@code train} or {@code infer}
 * @param settings all of them
 * @param checkpoint file of weights to read; null for seeded ones
 * @param saveTo file that takes the weights after training; null for none
 * @param threads most of them
 * @param stealLimit share of stolen time above which a window counts as disturbed
 */
public record Im2imJob(
        String mode,
        Experiment experiment,
        Im2imSettings settings,
        String checkpoint,
        String saveTo,
        int threads,
        WarmUpRule warmUp,
        double stealLimit) {

    /** The family's word in jobs. */
    public static final String FAMILY = "im2im";
}
