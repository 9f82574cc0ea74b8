// SPDX-License-Identifier: Apache-2.0
package fizeau.kernels;

/**
 * Parameters of {@code object_adjoint}: the gradient with respect to each object, summed over its masks.
 *
 * @param columnAdjoint complex {@code [entries][boxNy][objectNx]} of {@code box_adjoint}
 * @param boxOrigins {@code int[entries][2]}
 * @param rootsY {@link RootTable} of order {@code ny}
 * @param gradient result, {@code float[objects][objectNy][objectNx]}
 * @param accumulate 0: the gradient is overwritten; 1: it is added to
 */
public record ObjectAdjointParameters(
        DeviceAddress columnAdjoint,
        DeviceAddress boxOrigins,
        DeviceAddress rootsY,
        DeviceAddress gradient,
        BoxGeometry geometry,
        int accumulate)
        implements KernelParameters {

    @Override
    public LaunchShape launchShape() {
        FrameGeometry frame = geometry.frame();
        return LaunchShape.perRow(frame.objectNy(), frame.objects(), 0);
    }
}
