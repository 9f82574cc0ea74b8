// SPDX-License-Identifier: Apache-2.0
package fizeau.kernels;

/**
 * Parameters of {@code embed_object}: the object inside a zero frame, in FFT order.
 *
 * @param object {@code float[objects][objectNy][objectNx]}
 * @param field result, complex {@code [objects][ny][nx]}, FFT order
 */
public record EmbedObjectParameters(DeviceAddress object, DeviceAddress field, FrameGeometry frame)
        implements KernelParameters {

    @Override
    public LaunchShape launchShape() {
        return LaunchShape.perRow(frame.ny(), frame.objects(), 0);
    }
}
