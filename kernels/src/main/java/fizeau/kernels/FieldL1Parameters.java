// SPDX-License-Identifier: Apache-2.0
package fizeau.kernels;

/**
 * Parameters of {@code field_l1}: the L1 loss of a field's amplitude against the target, and its conjugated gradient.
 *
 * @param field complex {@code [entries][ny][nx]}, FFT order; replaced by the gradient
 * @param target {@code float[entries][ny][nx]}, as the detector sees it
 * @param weights {@code float[entries]}: factor of {@code |amplitude - target|} for every sample of an entry
 * @param rowLoss result, {@code double[entries][ny]}, rows in FFT order
 */
public record FieldL1Parameters(
        DeviceAddress field, DeviceAddress target, DeviceAddress weights, DeviceAddress rowLoss, FrameGeometry frame)
        implements KernelParameters {

    @Override
    public LaunchShape launchShape() {
        return LaunchShape.perRow(frame.ny(), frame.entries(), 0);
    }
}
