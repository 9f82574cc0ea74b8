// SPDX-License-Identifier: Apache-2.0
package fizeau.kernels;

/**
 * Parameters of {@code multiply_add_rate}: every thread takes {@value #CHAINS} numbers {@code rounds} times through
 * {@code value * factor + summand}, in registers.
 *
 * @param results {@code float[blocks][THREADS]}
 * @param rounds at least 1
 */
public record MultiplyAddRateParameters(DeviceAddress results, float factor, float summand, int rounds, int blocks)
        implements KernelParameters {

    /** Of a block. */
    public static final int THREADS = 256;

    private static final int CHAINS = 8;

    public MultiplyAddRateParameters {
        if (rounds < 1 || blocks < 1) {
            throw new IllegalArgumentException(rounds + " rounds in " + blocks + " blocks: both must be at least 1");
        }
    }

    /** Additions and multiplications of a launch. */
    public double flops() {
        return 2.0 * CHAINS * rounds * THREADS * blocks;
    }

    @Override
    public LaunchShape launchShape() {
        return new LaunchShape(blocks, 1, THREADS, 0);
    }
}
