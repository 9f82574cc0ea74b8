// SPDX-License-Identifier: Apache-2.0
package fizeau.kernels;

/**
 * Parameters of {@code copy_strided}: an array from one layout into another.
 *
 * @param source its first element
 * @param target where that goes
 * @param sourceSteps samples from one element to the next; 0 repeats
 * @param targetSteps likewise, without repetition
 */
public record CopyStridedParameters(
        DeviceAddress source, DeviceAddress target, FourSteps sizes, FourSteps sourceSteps, FourSteps targetSteps)
        implements KernelParameters {

    public CopyStridedParameters {
        if (Math.min(Math.min(sizes.a(), sizes.b()), Math.min(sizes.c(), sizes.d())) < 1) {
            throw new IllegalArgumentException("cannot copy an array of sizes " + sizes + ": each must be at least 1");
        }
    }

    @Override
    public LaunchShape launchShape() {
        return LaunchShape.perElement(sizes.product());
    }
}
