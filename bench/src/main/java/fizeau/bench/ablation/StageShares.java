// SPDX-License-Identifier: Apache-2.0
package fizeau.bench.ablation;

import fizeau.backend.StageClock.Stage;
import fizeau.bench.stats.Summary;
import fizeau.bench.training.StageProfile;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.ToDoubleFunction;

/**
 * Where an iteration of a variant spends its time; medians over rounds.
 *
 * @param millis by stage, in the order in which they run
 * @param shares of the iteration by stage; what is missing to 1 is the loop around them
 * @param clockCost what taking these times cost, as a share of the iteration
 */
public record StageShares(
        String variant,
        double iterationMillis,
        Map<String, Double> millis,
        Map<String, Double> shares,
        double clockCost) {

    /** @param rounds at least one, all of the same variant */
    static StageShares of(List<StageProfile> rounds) {
        Map<String, Double> millis = new LinkedHashMap<>();
        Map<String, Double> shares = new LinkedHashMap<>();
        for (Stage stage : Stage.values()) {
            String name = stage.name().toLowerCase(Locale.ROOT);
            millis.put(name, median(rounds, profile -> profile.nanos().get(name) * 1e-6));
            shares.put(name, median(rounds, profile -> profile.share(name)));
        }
        return new StageShares(
                rounds.get(0).variant(),
                median(rounds, profile -> profile.iterationNanos() * 1e-6),
                millis,
                shares,
                median(rounds, StageProfile::clockCost));
    }

    private static double median(List<StageProfile> rounds, ToDoubleFunction<StageProfile> number) {
        return Summary.median(rounds.stream().mapToDouble(number).toArray());
    }
}
