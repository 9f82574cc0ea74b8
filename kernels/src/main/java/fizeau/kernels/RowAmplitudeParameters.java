// SPDX-License-Identifier: Apache-2.0
package fizeau.kernels;

/**
 * Parameters of {@code row_amplitude}: the detector amplitude, both axes reversed.
 *
 * @param spectrum complex {@code [entries][boxNy][boxNx]} of {@code box_project}
 * @param boxOrigins {@code int[entries][2]}
 * @param rootsY {@link RootTable} of order {@code ny}
 * @param rootsX {@link RootTable} of order {@code nx}
 * @param measurement result, {@code float[entries][ny][nx]}
 * @param radix 1, or 4 where it divides {@code nx}: {@link BoxGeometry#fastestRadix}
 */
public record RowAmplitudeParameters(
        DeviceAddress spectrum,
        DeviceAddress boxOrigins,
        DeviceAddress rootsY,
        DeviceAddress rootsX,
        DeviceAddress measurement,
        BoxGeometry geometry,
        int radix)
        implements KernelParameters {

    public RowAmplitudeParameters {
        geometry.requireRadix(radix);
    }

    @Override
    public LaunchShape launchShape() {
        FrameGeometry frame = geometry.frame();
        return LaunchShape.perRow(
                frame.ny(), frame.entries(), BoxGeometry.COMPLEX_BYTES * geometry.paddedColumns(radix));
    }
}
