// SPDX-License-Identifier: Apache-2.0
package fizeau.bench.ablation;

import fizeau.bench.training.Speedup;

/**
 * A step from the eager baseline to the optimised variant: one thing more than in the step before.
 *
 * @param label what was added
 * @param caveat why the step may show something else; empty when it does not
 * @param speedup of the variant with it over the one before
 */
public record AblationStep(String label, String caveat, Speedup speedup) {}
