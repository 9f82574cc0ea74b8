// SPDX-License-Identifier: Apache-2.0
package fizeau.kernels;

/**
 * Parameters of {@code box_multiply}: a spectrum times a mask that vanishes outside a box, and the scale {@code 1 / (ny nx)} of
 * both transforms.
 *
 * @param field complex {@code [objects][ny][nx]} or {@code [entries][ny][nx]}, FFT order
 * @param mask {@code float[entries][boxNy][boxNx]}
 * @param boxOrigins {@code int[entries][2]}: first row and column of the box in the frame
 * @param masked result, complex {@code [entries][ny][nx]}, FFT order; may be {@code field} unless that is shared
 * @param sharedField 1: one field per object, seen through all its masks; 0: one per entry
 */
public record BoxMultiplyParameters(
        DeviceAddress field,
        DeviceAddress mask,
        DeviceAddress boxOrigins,
        DeviceAddress masked,
        BoxGeometry geometry,
        int sharedField)
        implements KernelParameters {

    @Override
    public LaunchShape launchShape() {
        return LaunchShape.perRow(geometry.frame().ny(), geometry.frame().entries(), 0);
    }
}
