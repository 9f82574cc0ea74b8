// SPDX-License-Identifier: Apache-2.0
package fizeau.bench.eager;

import java.util.List;

/** What came of a Python peer: a result, or the reason why there is none. */
public sealed interface PeerOutcome permits PeerOutcome.Trained, PeerOutcome.Unavailable {

    /**
     * A finished training.
     *
     * @param mode {@code eager} or {@code compile}
     * @param threads torch's threads as torch reports them
     * @param losses old + new before each step, sample after sample
     * @param iterationMillis wall time of each iteration, sample after sample
     * @param warmUpSeconds before the clock started, compiling included
     * @param trainingSeconds all samples, per-sample work included
     * @param device where torch computed: {@code cpu}, or the card's name
     * @param peakDeviceBytes most memory that torch's tensors held on the card; null on the CPU
     */
    record Trained(
            String pythonVersion,
            String torchVersion,
            String mode,
            int threads,
            boolean measureOnce,
            List<Double> losses,
            List<Double> iterationMillis,
            double warmUpSeconds,
            double trainingSeconds,
            String device,
            Long peakDeviceBytes)
            implements PeerOutcome {

        public Trained {
            losses = List.copyOf(losses);
            iterationMillis = List.copyOf(iterationMillis);
        }
    }

    /** Why the peer did not run, in one sentence. */
    record Unavailable(String reason) implements PeerOutcome {}
}
