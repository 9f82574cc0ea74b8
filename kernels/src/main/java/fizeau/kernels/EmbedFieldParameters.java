// SPDX-License-Identifier: Apache-2.0
package fizeau.kernels;

/**
 * Parameters of {@code embed_field}: each complex object inside its frame, zero around it, in FFT order.
 *
 * @param object complex {@code [objects][objectNy][objectNx]}
 * @param field result, complex {@code [objects][ny][nx]}
 */
public record EmbedFieldParameters(DeviceAddress object, DeviceAddress field, FrameGeometry frame)
        implements KernelParameters {

    @Override
    public LaunchShape launchShape() {
        return LaunchShape.perRow(frame.ny(), frame.objects(), 0);
    }
}
