// SPDX-License-Identifier: Apache-2.0
package fizeau.kernels;

/**
 * Parameters of {@code head_gradient}: from the gradient of the image to that before the sigmoid.
 *
 * @param image {@code float[imageEdge][imageEdge]} of {@code decoder_convolve}
 * @param imageGradient likewise
 * @param out maps of the last layer; its gradient slots are the blocks
 * @param imageEdge of the {@link ImageWindow}, as the three that follow
 */
public record HeadGradientParameters(
        DeviceAddress image,
        DeviceAddress imageGradient,
        LayerMaps out,
        int imageEdge,
        int imageStart,
        int mapStart,
        int copied)
        implements KernelParameters {

    /** Enough for any current device at this little work. */
    private static final int MOST_BLOCKS = 64;

    public static HeadGradientParameters of(
            DeviceAddress image, DeviceAddress imageGradient, LayerMaps out, ImageWindow window) {
        return new HeadGradientParameters(
                image, imageGradient, out, window.imageEdge(), window.imageStart(), window.mapStart(), window.copied());
    }

    /** Parts that the sum of the gradient of the last map comes in. */
    public static int slots(int mapEdge) {
        return Math.min(MOST_BLOCKS, ConvolutionShape.divideUp(mapEdge * mapEdge, ConvolutionShape.THREADS));
    }

    @Override
    public LaunchShape launchShape() {
        return new LaunchShape(out.gradientSlots(), 1, ConvolutionShape.THREADS, 0);
    }
}
