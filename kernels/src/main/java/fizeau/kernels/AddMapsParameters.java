// SPDX-License-Identifier: Apache-2.0
package fizeau.kernels;

/**
 * Parameters of {@code add_maps}: {@code total += first + second}.
 *
 * @param total {@code float[count]}, changed in place
 */
public record AddMapsParameters(DeviceAddress total, DeviceAddress first, DeviceAddress second, long count)
        implements KernelParameters {

    public AddMapsParameters {
        if (count < 1) {
            throw new IllegalArgumentException("cannot add " + count + " values: there must be at least 1");
        }
    }

    @Override
    public LaunchShape launchShape() {
        return VolumeMaps.elementwise(count, 1);
    }
}
