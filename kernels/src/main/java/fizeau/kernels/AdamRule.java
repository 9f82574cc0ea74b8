// SPDX-License-Identifier: Apache-2.0
package fizeau.kernels;

/**
 * The constants of Adam as the kernels use them: the struct of the same name.
 *
 * @param firstBlend {@code 1 - beta1}
 * @param secondBlend {@code 1 - beta2}
 * @param beta2 decay of the second moments
 * @param epsilon added after the corrected root
 */
public record AdamRule(float firstBlend, float secondBlend, float beta2, float epsilon) {

    /** Blends rounded from double precision, as torch.optim.Adam has them. */
    public static AdamRule of(double beta1, double beta2, double epsilon) {
        AdamAdvanceParameters.requireDecay("beta1", beta1);
        AdamAdvanceParameters.requireDecay("beta2", beta2);
        return new AdamRule((float) (1 - beta1), (float) (1 - beta2), (float) beta2, (float) epsilon);
    }
}
