// SPDX-License-Identifier: Apache-2.0
package fizeau.kernels;

/**
 * Grid and block of a launch.
 *
 * @param gridX blocks along x, at least 1
 * @param gridY blocks along y, 1 to {@value #MAX_GRID_Y}
 * @param threads threads of a block, whole warps, at most {@value #MAX_THREADS}
 * @param sharedBytes dynamic shared memory of a block, at most {@value #MAX_SHARED_BYTES}
 */
public record LaunchShape(int gridX, int gridY, int threads, int sharedBytes) {

    public static final int WARP_THREADS = 32;
    public static final int MAX_THREADS = 1024;
    public static final int MAX_GRID_Y = 65535;

    /** What every architecture grants a block without opting in, less 1 KB for the statically declared arrays. */
    public static final int MAX_SHARED_BYTES = 47 * 1024;

    /** Threads of a block where nothing speaks for another number. */
    public static final int DEFAULT_THREADS = 128;

    /** Enough for any current device; threads stride over the rest. */
    private static final int MOST_BLOCKS = 4096;

    public LaunchShape {
        if (gridX < 1 || gridY < 1 || gridY > MAX_GRID_Y) {
            throw new IllegalArgumentException("cannot launch a grid of " + gridX + " x " + gridY
                    + " blocks: x must be at least 1 and y from 1 to " + MAX_GRID_Y + ", so use a smaller batch");
        }
        if (threads < 1 || threads > MAX_THREADS || threads % WARP_THREADS != 0) {
            throw new IllegalArgumentException("cannot launch blocks of " + threads + " threads: use a multiple of "
                    + WARP_THREADS + " up to " + MAX_THREADS);
        }
        if (sharedBytes < 0 || sharedBytes > MAX_SHARED_BYTES) {
            throw new IllegalArgumentException("cannot launch blocks with " + sharedBytes
                    + " bytes of shared memory: the limit is " + MAX_SHARED_BYTES
                    + ", so use a smaller box, a smaller object or the FFT plan");
        }
    }

    /** One block of the default size per row and image. */
    static LaunchShape perRow(int rows, int images, long sharedBytes) {
        return new LaunchShape(
                rows, images, DEFAULT_THREADS, Math.toIntExact(Math.min(sharedBytes, Integer.MAX_VALUE)));
    }

    /** A thread for each element, as far as that many blocks are of use. */
    static LaunchShape perElement(long count) {
        long blocks = (count + ConvolutionShape.THREADS - 1) / ConvolutionShape.THREADS;
        return new LaunchShape((int) Math.min(MOST_BLOCKS, blocks), 1, ConvolutionShape.THREADS, 0);
    }

    /** Refuses arrays without elements. */
    static void requireRows(long rows, int columns) {
        if (rows < 1 || columns < 1) {
            throw new IllegalArgumentException(
                    "an array of " + rows + " x " + columns + " values: both must be at least 1");
        }
    }

    public LaunchShape withThreads(int newThreads) {
        return new LaunchShape(gridX, gridY, newThreads, sharedBytes);
    }
}
