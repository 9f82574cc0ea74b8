// SPDX-License-Identifier: Apache-2.0
package fizeau.kernels;

/**
 * Parameters of {@code extract_object}: the real part of a field where the object lies, summed over the masks of an object.
 *
 * @param field complex {@code [entries][ny][nx]}, FFT order
 * @param gradient result, {@code float[objects][objectNy][objectNx]}
 * @param accumulate 0: the gradient is overwritten; 1: it is added to
 */
public record ExtractObjectParameters(DeviceAddress field, DeviceAddress gradient, FrameGeometry frame, int accumulate)
        implements KernelParameters {

    @Override
    public LaunchShape launchShape() {
        return LaunchShape.perRow(frame.objectNy(), frame.objects(), 0);
    }
}
