// SPDX-License-Identifier: Apache-2.0
package fizeau.bench.training;

import fizeau.bench.training.Check.Status;
import java.util.Locale;

/**
 * How far the losses of a variant stray when it trains again from the same weights: 0 means that they repeat to the bit.
 *
 * @param deterministic whether the variant was asked to repeat
 * @param losses how many were compared each time, at the first position and over several
 * @param largest relative difference of all; null where nothing was compared, or a loss is no number
 * @param withinProcess the largest between two trainings of one process, each of which opens the device anew
 * @param betweenProcesses the largest between two processes
 * @param reason why nothing is known; null otherwise
 */
public record LossSpread(
        String variant,
        boolean deterministic,
        int losses,
        Double largest,
        Double withinProcess,
        Double betweenProcesses,
        String reason) {

    static final String CHECK = "lossSpread";

    /** @param other of another process than the first two */
    static LossSpread of(VariantSpec spec, Trial.Outcome first, Trial.Outcome again, Trial.Outcome other) {
        for (Trial.Outcome one : new Trial.Outcome[] {first, again, other}) {
            if (one.failure() != null) {
                return unknown(spec, one.failure());
            }
        }
        double within = difference(first, again);
        double between = difference(first, other);
        double largest = Math.max(within, between); // not a number if one is none
        return Double.isFinite(largest)
                ? new LossSpread(
                        spec.name(),
                        Boolean.TRUE.equals(spec.deterministic()),
                        first.firstLosses().length + first.laterLosses().length,
                        largest,
                        within,
                        between,
                        null)
                : unknown(spec, "a loss is no number, or there are not as many of them each time");
    }

    static LossSpread unknown(VariantSpec spec, String reason) {
        return new LossSpread(spec.name(), Boolean.TRUE.equals(spec.deterministic()), 0, null, null, null, reason);
    }

    /** Judged only where the variant was asked to repeat. */
    public Check check() {
        String note = largest == null
                ? "whether losses repeat is not known: " + reason
                : String.format(
                        Locale.ROOT,
                        "largest relative difference of %d losses of %s from the same weights: %s again in one process and"
                                + " %s in another; 0 means bit-equal%s",
                        losses,
                        variant,
                        words(withinProcess),
                        words(betweenProcesses),
                        deterministic ? ", which was asked for" : "");
        Status status = deterministic ? Status.of(largest != null && largest == 0) : Status.INFO;
        return new Check(CHECK, status, largest, 0, true, note);
    }

    private static String words(double difference) {
        return difference == 0 ? "0" : String.format(Locale.ROOT, "%.2g", difference);
    }

    private static double difference(Trial.Outcome one, Trial.Outcome other) {
        return Math.max(
                difference(one.firstLosses(), other.firstLosses()), difference(one.laterLosses(), other.laterLosses()));
    }

    /** Largest relative difference; not a number if a loss is none, or if one is missing. */
    private static double difference(float[] some, float[] others) {
        if (some.length != others.length || some.length == 0) {
            return Double.NaN;
        }
        double largest = 0;
        for (int i = 0; i < some.length; i++) {
            double difference = Math.abs((double) others[i] - some[i]);
            // equal losses of 0 differ by nothing
            largest = Math.max(largest, difference == 0 ? 0 : difference / Math.abs((double) some[i]));
        }
        return largest;
    }
}
