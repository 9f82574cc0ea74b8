// SPDX-License-Identifier: Apache-2.0
package fizeau.kernels;

/**
 * Parameters of {@code field_amplitude}: the detector amplitude of a field, both axes reversed.
 *
 * @param field complex {@code [entries][ny][nx]}, FFT order
 * @param measurement result, {@code float[entries][ny][nx]}
 */
public record FieldAmplitudeParameters(DeviceAddress field, DeviceAddress measurement, FrameGeometry frame)
        implements KernelParameters {

    @Override
    public LaunchShape launchShape() {
        return LaunchShape.perRow(frame.ny(), frame.entries(), 0);
    }
}
