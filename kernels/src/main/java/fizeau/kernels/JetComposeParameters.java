// SPDX-License-Identifier: Apache-2.0
package fizeau.kernels;

/**
 * Parameters of {@code jet_compose}: the matrices of the square layers.
 *
 * @param parameters {@code float[7 width + 1]}, trained numbers
 * @param columns {@code float[3][width][width]}
 * @param rows {@code float[3][width][width]}
 * @param weights result, {@link JetTiles#weightFloats} that were zeros before the first launch
 */
public record JetComposeParameters(
        DeviceAddress parameters, DeviceAddress columns, DeviceAddress rows, DeviceAddress weights, int width)
        implements KernelParameters {

    public JetComposeParameters {
        JetTiles.requireWidth(width);
    }

    @Override
    public LaunchShape launchShape() {
        int threads = LaunchShape.DEFAULT_THREADS;
        return new LaunchShape((width * width + threads - 1) / threads, JetTiles.LAYERS, threads, 0);
    }
}
