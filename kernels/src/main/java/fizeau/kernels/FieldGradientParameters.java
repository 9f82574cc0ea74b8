// SPDX-License-Identifier: Apache-2.0
package fizeau.kernels;

/**
 * Parameters of {@code field_gradient}: the conjugated gradient of a field for a loss whose gradient with respect to the
 * amplitudes is given.
 *
 * @param field complex {@code [entries][ny][nx]}, FFT order; replaced by the gradient
 * @param amplitudeGradient {@code float[entries][ny][nx]}, as the detector sees it
 */
public record FieldGradientParameters(DeviceAddress field, DeviceAddress amplitudeGradient, FrameGeometry frame)
        implements KernelParameters {

    @Override
    public LaunchShape launchShape() {
        return LaunchShape.perRow(frame.ny(), frame.entries(), 0);
    }
}
