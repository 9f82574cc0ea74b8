// SPDX-License-Identifier: Apache-2.0
package fizeau.kernels;

/**
 * Parameters of {@code amplitude_l1}: the L1 loss of a measurement against a target, and its gradient in the measurement's place.
 *
 * @param amplitudes {@code float[ny][nx]}, replaced by the gradient with respect to them
 * @param target {@code float[ny][nx]}
 * @param weight one float: factor of {@code |amplitude - target|}
 * @param rowLoss result, {@code double[ny]}, the detector's last row first
 */
public record AmplitudeL1Parameters(
        DeviceAddress amplitudes, DeviceAddress target, DeviceAddress weight, DeviceAddress rowLoss, int ny, int nx)
        implements KernelParameters {

    public AmplitudeL1Parameters {
        if (ny < 1 || nx < 1) {
            throw new IllegalArgumentException(
                    "a measurement of " + ny + " x " + nx + " samples: both must be at least 1");
        }
    }

    @Override
    public LaunchShape launchShape() {
        return LaunchShape.perRow(ny, 1, 0);
    }
}
