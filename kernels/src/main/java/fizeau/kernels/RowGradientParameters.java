// SPDX-License-Identifier: Apache-2.0
package fizeau.kernels;

/**
 * Parameters of {@code row_gradient}: the way back of each field row to the box columns, for a loss whose gradient with
 * respect to the amplitudes is given.
 *
 * @param spectrum complex {@code [entries][boxNy][boxNx]} of {@code box_project}
 * @param boxOrigins {@code int[entries][2]}
 * @param rootsY {@link RootTable} of order {@code ny}
 * @param rootsX {@link RootTable} of order {@code nx}
 * @param amplitudeGradient {@code float[entries][ny][nx]}, as the detector sees it
 * @param rowAdjoint result, complex {@code [entries][ny][boxNx]}
 * @param radix 1, or 4 where it divides {@code nx}: {@link BoxGeometry#fastestRadix}
 * @param tile groups of {@code radix} columns kept in shared memory at a time, at least 1: {@link RowL1Parameters#tileFor}
 */
public record RowGradientParameters(
        DeviceAddress spectrum,
        DeviceAddress boxOrigins,
        DeviceAddress rootsY,
        DeviceAddress rootsX,
        DeviceAddress amplitudeGradient,
        DeviceAddress rowAdjoint,
        BoxGeometry geometry,
        int radix,
        int tile)
        implements KernelParameters {

    public RowGradientParameters {
        geometry.requireRadix(radix);
        if (tile < 1) {
            throw new IllegalArgumentException("tile of " + tile + " columns: it must be at least 1");
        }
    }

    @Override
    public LaunchShape launchShape() {
        FrameGeometry frame = geometry.frame();
        long columns = geometry.paddedColumns(radix) + (long) radix * tile;
        return LaunchShape.perRow(frame.ny(), frame.entries(), BoxGeometry.COMPLEX_BYTES * columns);
    }
}
