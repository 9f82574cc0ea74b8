// SPDX-License-Identifier: Apache-2.0
package fizeau.kernels;

/**
 * Parameters of {@code gather_weights}: adds up the parts that gradients of weights come in.
 *
 * @param parts {@code float[]} of all layers
 * @param segments {@code int[count][4]}: where a layer's parts start, how many there are, where its weight starts in the flat
 *     buffer, how many weights it has
 * @param count number of segments, at least 1
 * @param blocks for each segment
 */
public record GatherWeightsParameters(
        DeviceAddress parts, DeviceAddress segments, int count, int blocks, ParameterStep step)
        implements KernelParameters {

    private static final int MOST_BLOCKS = 128;

    /** @param largest the most weights of a segment */
    public static GatherWeightsParameters of(
            DeviceAddress parts, DeviceAddress segments, int count, int largest, ParameterStep step) {
        int blocks = Math.min(MOST_BLOCKS, ConvolutionShape.divideUp(largest, ConvolutionShape.THREADS));
        return new GatherWeightsParameters(parts, segments, count, blocks, step);
    }

    @Override
    public LaunchShape launchShape() {
        return new LaunchShape(blocks, count, ConvolutionShape.THREADS, 0);
    }
}
