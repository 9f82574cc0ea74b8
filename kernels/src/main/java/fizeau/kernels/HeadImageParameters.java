// SPDX-License-Identifier: Apache-2.0
package fizeau.kernels;

/**
 * Parameters of {@code head_image}: bias and sigmoid of the last map, and its place in the image.
 *
 * @param map {@code float[mapEdge][mapEdge]} of the last convolution
 * @param parameters where the bias is
 * @param image {@code float[imageEdge][imageEdge]}; the frame around the copied pixels is left as it is
 * @param bias where it lies, one value
 * @param imageEdge of the {@link ImageWindow}, as the three that follow
 */
public record HeadImageParameters(
        DeviceAddress map,
        DeviceAddress parameters,
        DeviceAddress image,
        int bias,
        int mapEdge,
        int imageEdge,
        int imageStart,
        int mapStart,
        int copied)
        implements KernelParameters {

    public static HeadImageParameters of(
            DeviceAddress map,
            DeviceAddress parameters,
            DeviceAddress image,
            int bias,
            int mapEdge,
            ImageWindow window) {
        return new HeadImageParameters(
                map,
                parameters,
                image,
                bias,
                mapEdge,
                window.imageEdge(),
                window.imageStart(),
                window.mapStart(),
                window.copied());
    }

    @Override
    public LaunchShape launchShape() {
        return LaunchShape.perRow(copied, 1, 0);
    }
}
