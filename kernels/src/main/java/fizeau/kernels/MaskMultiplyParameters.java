// SPDX-License-Identifier: Apache-2.0
package fizeau.kernels;

/**
 * Parameters of {@code mask_multiply}: a spectrum times its mask and the scale {@code 1 / (ny nx)} of both transforms.
 *
 * @param field complex {@code [objects][ny][nx]} or {@code [entries][ny][nx]}, FFT order
 * @param mask {@code float[entries][ny][nx]}, centred
 * @param masked result, complex {@code [entries][ny][nx]}, FFT order; may be {@code field} unless that is shared
 * @param sharedField 1: one field per object, seen through all its masks; 0: one per entry
 */
public record MaskMultiplyParameters(
        DeviceAddress field, DeviceAddress mask, DeviceAddress masked, FrameGeometry frame, int sharedField)
        implements KernelParameters {

    @Override
    public LaunchShape launchShape() {
        return LaunchShape.perRow(frame.ny(), frame.entries(), 0);
    }
}
