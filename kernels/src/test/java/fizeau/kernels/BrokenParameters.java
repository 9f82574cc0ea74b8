// SPDX-License-Identifier: Apache-2.0
package fizeau.kernels;

/** Parameters of every kernel in {@code broken.cu}. */
record BrokenParameters(DeviceAddress data, int count) implements KernelParameters {

    @Override
    public LaunchShape launchShape() {
        return new LaunchShape(1, 1, 2 * LaunchShape.WARP_THREADS, 2 * LaunchShape.WARP_THREADS * Integer.BYTES);
    }
}
