// SPDX-License-Identifier: Apache-2.0
package fizeau.bench.ablation;

import fizeau.bench.training.Speedup;

/**
 * The grounds of a {@link SwitchEffect}.
 *
 * @param meaning what the switch does
 * @param caveat why it cannot act in one of its variants; empty when it can
 * @param alone with verdict and reason; null when a training is missing
 * @param leftOut likewise
 */
public record SwitchDetail(String name, String label, String meaning, String caveat, Speedup alone, Speedup leftOut) {}
