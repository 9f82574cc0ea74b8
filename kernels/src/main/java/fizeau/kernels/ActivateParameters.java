// SPDX-License-Identifier: Apache-2.0
package fizeau.kernels;

/**
 * Parameters of {@code activate}: the bias and the ReLU of maps, in place.
 *
 * @param values {@code float[channels][pixels]}
 * @param parameters where the bias is
 * @param bias where it starts, {@code channels} values, or -1: there is none
 * @param relu 1: a ReLU follows
 */
public record ActivateParameters(
        DeviceAddress values, DeviceAddress parameters, int channels, int pixels, int bias, int relu)
        implements KernelParameters {

    public ActivateParameters {
        if (channels < 1 || pixels < 1) {
            throw new IllegalArgumentException(
                    "maps of " + channels + " channels, " + pixels + " pixels each: both must be at least 1");
        }
    }

    @Override
    public LaunchShape launchShape() {
        return new LaunchShape(
                ConvolutionShape.divideUp(pixels, ConvolutionShape.THREADS), channels, ConvolutionShape.THREADS, 0);
    }
}
