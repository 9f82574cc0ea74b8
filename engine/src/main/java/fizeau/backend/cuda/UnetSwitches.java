// SPDX-License-Identifier: Apache-2.0
package fizeau.backend.cuda;

/**
 * How a residual U-Net is computed on a device. All but {@code tf32} give the same numbers up to rounding.
 *
 * @param autotune whether algorithms of convolutions are chosen by measurement; otherwise the first that can compute them
 * @param tf32 whether factors of convolutions may be rounded to 10 bits of mantissa
 * @param graph whether a pass is captured after its first time and replayed from then on
 * @param fusedOptimizer whether one launch steps all parameters; otherwise one for each tensor
 */
public record UnetSwitches(boolean autotune, boolean tf32, boolean graph, boolean fusedOptimizer) {

    /** All off. */
    public static final UnetSwitches NONE = new UnetSwitches(false, false, false, false);
}
