// SPDX-License-Identifier: Apache-2.0
package fizeau.kernels;

/**
 * Parameters of {@code row_l1}: the L1 loss of each field row against the target, and that row's way back to the box columns.
 *
 * @param spectrum complex {@code [entries][boxNy][boxNx]} of {@code box_project}
 * @param boxOrigins {@code int[entries][2]}
 * @param rootsY {@link RootTable} of order {@code ny}
 * @param rootsX {@link RootTable} of order {@code nx}
 * @param target {@code float[entries][ny][nx]}, as the detector sees it
 * @param weights {@code float[entries]}: factor of {@code |amplitude - target|} for every sample of an entry
 * @param rowAdjoint result, complex {@code [entries][ny][boxNx]}
 * @param rowLoss result, {@code double[entries][ny]}
 * @param radix 1, or 4 where it divides {@code nx}: {@link BoxGeometry#fastestRadix}
 * @param tile groups of {@code radix} columns kept in shared memory at a time, at least 1: {@link #tileFor}
 */
public record RowL1Parameters(
        DeviceAddress spectrum,
        DeviceAddress boxOrigins,
        DeviceAddress rootsY,
        DeviceAddress rootsX,
        DeviceAddress target,
        DeviceAddress weights,
        DeviceAddress rowAdjoint,
        DeviceAddress rowLoss,
        BoxGeometry geometry,
        int radix,
        int tile)
        implements KernelParameters {

    /** 16 KB of shared memory: rows up to this length need one tile, and several blocks share a multiprocessor. */
    private static final int MAX_TILE_COLUMNS = 2048;

    public RowL1Parameters {
        geometry.requireRadix(radix);
        if (tile < 1) {
            throw new IllegalArgumentException("tile of " + tile + " columns: it must be at least 1");
        }
    }

    /** The largest useful tile for a radix. */
    public static int tileFor(BoxGeometry geometry, int radix) {
        geometry.requireRadix(radix);
        long room = LaunchShape.MAX_SHARED_BYTES / BoxGeometry.COMPLEX_BYTES - geometry.paddedColumns(radix);
        long columns = Math.min(Math.min(geometry.frame().nx(), MAX_TILE_COLUMNS), room);
        return (int) Math.max(1, columns / radix);
    }

    @Override
    public LaunchShape launchShape() {
        FrameGeometry frame = geometry.frame();
        long columns = geometry.paddedColumns(radix) + (long) radix * tile;
        return LaunchShape.perRow(frame.ny(), frame.entries(), BoxGeometry.COMPLEX_BYTES * columns);
    }
}
