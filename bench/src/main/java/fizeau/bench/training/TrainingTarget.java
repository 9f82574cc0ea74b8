// SPDX-License-Identifier: Apache-2.0
package fizeau.bench.training;

/**
 * What a training shall reach on a GPU, and whether it does.
 *
 * @param what one sentence
 * @param wanted least ratio, or what must not be reached
 * @param unit of {@code wanted} and {@code value}: {@code x} for a ratio, {@code s}
 * @param verdict {@code met}, {@code missed} or {@code unavailable}
 * @param value what was found; null where it is unavailable
 * @param reason why it is unavailable, or what the value comes from
 */
public record TrainingTarget(String what, double wanted, String unit, String verdict, Double value, String reason) {

    static final String UNAVAILABLE = "unavailable";

    static final String RATIO = "x";
    static final String SECONDS = "s";

    /** Whether {@code value} is a ratio of two measurements, which no unit follows. */
    public boolean isRatio() {
        return unit.equals(RATIO);
    }

    static TrainingTarget unavailable(String what, double wanted, String unit, String reason) {
        return new TrainingTarget(what, wanted, unit, UNAVAILABLE, null, reason);
    }

    static TrainingTarget judged(String what, double wanted, String unit, boolean met, double value, String reason) {
        return new TrainingTarget(what, wanted, unit, met ? "met" : "missed", value, reason);
    }
}
