// SPDX-License-Identifier: Apache-2.0
package fizeau.kernels;

/**
 * Parameters of {@code box_project_field}: the spectrum of each complex object inside the box, times the mask.
 *
 * @param object complex {@code [objects][objectNy][objectNx]}
 * @param mask {@code float[entries][boxNy][boxNx]}
 * @param boxOrigins {@code int[entries][2]}: first row and column of the box in the frame
 * @param rootsY {@link RootTable} of order {@code ny}
 * @param rootsX {@link RootTable} of order {@code nx}
 * @param spectrum result, complex {@code [entries][boxNy][boxNx]}, unitary scale
 */
public record BoxProjectFieldParameters(
        DeviceAddress object,
        DeviceAddress mask,
        DeviceAddress boxOrigins,
        DeviceAddress rootsY,
        DeviceAddress rootsX,
        DeviceAddress spectrum,
        BoxGeometry geometry)
        implements KernelParameters {

    @Override
    public LaunchShape launchShape() {
        FrameGeometry frame = geometry.frame();
        return LaunchShape.perRow(
                geometry.boxNy(), frame.entries(), (long) BoxGeometry.COMPLEX_BYTES * frame.objectNx());
    }
}
