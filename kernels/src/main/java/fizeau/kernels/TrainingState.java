// SPDX-License-Identifier: Apache-2.0
package fizeau.kernels;

/**
 * The scalars of a training session that live on the device: the struct of the same name.
 *
 * @param adam the optimiser's
 * @param slot where the next loss goes
 * @param learningRate Adam's step
 */
public record TrainingState(AdamState adam, int slot, double learningRate) {}
