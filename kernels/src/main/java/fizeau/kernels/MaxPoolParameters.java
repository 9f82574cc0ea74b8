// SPDX-License-Identifier: Apache-2.0
package fizeau.kernels;

/**
 * Parameters of {@code max_pool}: largest values of square windows of square maps.
 *
 * @param source {@code float[maps][inEdge][inEdge]}
 * @param target {@code float[maps][outEdge][outEdge]}
 * @param padding pixels beyond each edge, which do not count; less than the window
 */
public record MaxPoolParameters(
        DeviceAddress source,
        DeviceAddress target,
        int maps,
        int inEdge,
        int outEdge,
        int window,
        int stride,
        int padding)
        implements KernelParameters {

    public MaxPoolParameters {
        if (maps < 1 || window < 1 || stride < 1 || padding < 0 || padding >= window || inEdge + 2 * padding < window) {
            throw new IllegalArgumentException("pooling of " + maps + " maps of " + inEdge + " x " + inEdge
                    + " pixels in windows of " + window + ", stride " + stride + ", padding " + padding
                    + ": the window has to fit and to reach into the map");
        }
    }

    /** The same with the edge that follows. */
    public static MaxPoolParameters of(
            DeviceAddress source, DeviceAddress target, int maps, int inEdge, int window, int stride, int padding) {
        int outEdge = (inEdge + 2 * padding - window) / stride + 1;
        return new MaxPoolParameters(source, target, maps, inEdge, outEdge, window, stride, padding);
    }

    @Override
    public LaunchShape launchShape() {
        return LaunchShape.perElement((long) maps * outEdge * outEdge);
    }
}
