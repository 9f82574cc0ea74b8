// SPDX-License-Identifier: Apache-2.0
package fizeau.bench.ablation;

import fizeau.bench.stats.Ratio;
import fizeau.bench.stats.Verdict;

/**
 * What a switch is worth; above 1 it helps.
 *
 * @param name as in the engine's switches
 * @param alone time of the engine with everything off over the time with this switch alone on; null when one is missing
 * @param leftOut time of the optimised variant without this switch over the time with it; null when one is missing
 * @param verdict on {@code leftOut}, of the optimised variant against the one without
 */
public record SwitchEffect(String name, Ratio alone, Ratio leftOut, Verdict verdict) {}
