// SPDX-License-Identifier: Apache-2.0
package fizeau.kernels;

/**
 * Parameters of {@code box_adjoint}: the adjoint spectrum inside the box, masked, its rows expanded to the object's columns.
 *
 * @param rowAdjoint complex {@code [entries][ny][boxNx]} of {@code row_l1}
 * @param mask {@code float[entries][boxNy][boxNx]}
 * @param boxOrigins {@code int[entries][2]}
 * @param rootsY {@link RootTable} of order {@code ny}
 * @param rootsX {@link RootTable} of order {@code nx}
 * @param columnAdjoint result, complex {@code [entries][boxNy][objectNx]}
 */
public record BoxAdjointParameters(
        DeviceAddress rowAdjoint,
        DeviceAddress mask,
        DeviceAddress boxOrigins,
        DeviceAddress rootsY,
        DeviceAddress rootsX,
        DeviceAddress columnAdjoint,
        BoxGeometry geometry)
        implements KernelParameters {

    @Override
    public LaunchShape launchShape() {
        return LaunchShape.perRow(
                geometry.boxNy(), geometry.frame().entries(), (long) BoxGeometry.COMPLEX_BYTES * geometry.boxNx());
    }
}
