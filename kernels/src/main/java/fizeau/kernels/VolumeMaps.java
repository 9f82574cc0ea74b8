// SPDX-License-Identifier: Apache-2.0
package fizeau.kernels;

/** How maps {@code [samples][channels][voxels]} of a 3D network are cut into blocks. Not a struct of the kernels. */
final class VolumeMaps {

    private static final int MOST_THREADS = 512;
    private static final int ELEMENTWISE_THREADS = 256;

    /** Enough blocks to fill any current device; threads stride over the rest. */
    private static final int MOST_BLOCKS = 4096;

    /** Voxels of a thread of a block that has a channel, or a sample, for itself. */
    private static final int PER_THREAD = 8;

    private VolumeMaps() {}

    static void require(int samples, int channels, int voxels) {
        if (samples < 1 || channels < 1 || voxels < 1) {
            throw new IllegalArgumentException("maps of " + samples + " samples, " + channels + " channels and "
                    + voxels + " voxels: each must be at least 1");
        }
    }

    /** Threads that share so many voxels. */
    static int threadsFor(int voxels) {
        int warps = ConvolutionShape.divideUp(ConvolutionShape.divideUp(voxels, PER_THREAD), LaunchShape.WARP_THREADS);
        return Math.min(MOST_THREADS, warps * LaunchShape.WARP_THREADS);
    }

    /** A block for each channel of each sample. */
    static LaunchShape perInstance(int samples, int channels, int voxels) {
        return new LaunchShape(channels, samples, threadsFor(voxels), 0);
    }

    /** Strided over the values of each sample. */
    static LaunchShape elementwise(long count, int samples) {
        long blocks = Math.min(MOST_BLOCKS, (count + ELEMENTWISE_THREADS - 1) / ELEMENTWISE_THREADS);
        return new LaunchShape((int) blocks, samples, ELEMENTWISE_THREADS, 0);
    }
}
