// SPDX-License-Identifier: Apache-2.0
package fizeau.kernels;

/**
 * Where the gradients of parameters go: the struct of the same name.
 *
 * @param parameters {@code float[]}, all parameters in the order of the layout
 * @param gradients likewise; used where {@code fused} is 0
 * @param firstMoments likewise; used where {@code fused} is 1
 * @param secondMoments likewise; used where {@code fused} is 1
 * @param state {@link AdamState} on the device, after its step was begun
 * @param rule the optimiser's constants
 * @param fused 1: Adam steps a parameter as soon as its gradient is known; 0: the gradient is written
 */
public record ParameterStep(
        DeviceAddress parameters,
        DeviceAddress gradients,
        DeviceAddress firstMoments,
        DeviceAddress secondMoments,
        DeviceAddress state,
        AdamRule rule,
        int fused) {}
