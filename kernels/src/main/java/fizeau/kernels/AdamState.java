// SPDX-License-Identifier: Apache-2.0
package fizeau.kernels;

/**
 * The optimiser's scalars, which live in device memory: the struct of the same name. All zero for a new optimiser.
 *
 * @param step optimiser steps begun
 * @param stepSize {@code learningRate / (1 - beta1^step)}
 * @param rootCorrection {@code sqrt(1 - beta2^step)}
 */
public record AdamState(int step, float stepSize, float rootCorrection) {

    public static final AdamState NEW = new AdamState(0, 0, 0);
}
