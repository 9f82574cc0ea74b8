// SPDX-License-Identifier: Apache-2.0
package fizeau.kernels;

/** How {@code jets.cu} cuts a small tanh network and its points into blocks: the constants of the same meaning there. */
public final class JetTiles {

    /** The widest layer; narrower ones are filled up with zeros. */
    public static final int MAX_WIDTH = 50;

    /** Hidden layers behind the first. */
    public static final int LAYERS = 3;

    /** Factors of an equation: of u_t, u_x, u u_x, the second-order channel, u and u^3. */
    public static final int TERMS = 6;

    /** Sums of squares of a block: data, residual, edges, pairs. */
    public static final int SQUARES = 4;

    /** Parts of a loss: data, residual, boundary. */
    public static final int LOSSES = 3;

    /** Numbers of the first layer, its bias, the last layer and its bias. */
    public static final int ENDS = 4 * MAX_WIDTH + 1;

    /** Points of a tile; of a tile of pairs half of them are lower ones. */
    public static final int POINTS = LaunchShape.WARP_THREADS;

    /**
     * Blocks of 160 threads, 128 registers and 41 KB that a multiprocessor of 64 K registers holds at once, where its shared
     * memory suffices; where it does not, the later blocks of a launch find less to do.
     */
    private static final int BLOCKS_PER_MULTIPROCESSOR = 3;

    static final int THREADS = 160;

    private static final int JET_BYTES = 4 * Float.BYTES;
    private static final int FRONT = POINTS + 1;
    private static final int BACK = POINTS / 2 + 1;
    private static final int WEIGHTS_OF_ROW = 60;
    private static final int MATRIX_PART = 5 * 4 * 130;
    private static final int PART = LAYERS * MATRIX_PART + ENDS;

    private JetTiles() {}

    /** Floats of the matrices of square layers, as they are and transposed. */
    public static int weightFloats() {
        return LAYERS * 2 * MAX_WIDTH * WEIGHTS_OF_ROW;
    }

    /** Floats of the gradients by the matrices of square layers. */
    public static int matrixFloats() {
        return LAYERS * MAX_WIDTH * MAX_WIDTH;
    }

    /** Floats that the jets of so many blocks wait in for the way back. */
    public static long waitingFloats(int blocks) {
        return (long) blocks * (LAYERS - 1) * MAX_WIDTH * POINTS * JET_BYTES / Float.BYTES;
    }

    /** Floats of the parts of gradients that so many blocks leave. */
    public static long partFloats(int blocks) {
        return (long) blocks * PART;
    }

    /** Tiles of so many points and pairs. */
    public static long tiles(long points, long pairs) {
        int half = POINTS / 2;
        return (points + POINTS - 1) / POINTS + (pairs + half - 1) / half;
    }

    /** Blocks that a device with so many multiprocessors works on at once, none without a tile. */
    public static int blocks(long tiles, int multiprocessors) {
        return (int) Math.min(tiles, (long) BLOCKS_PER_MULTIPROCESSOR * multiprocessors);
    }

    static int sharedBytes() {
        return MAX_WIDTH * (FRONT + BACK) * JET_BYTES + (4 * MAX_WIDTH + ENDS) * Float.BYTES;
    }

    /** Entries that a block of {@code jet_gather} adds up; fixed by the kernel. */
    static int gatherBlocks() {
        return (PART + LaunchShape.WARP_THREADS - 1) / LaunchShape.WARP_THREADS;
    }

    static void requireWidth(int width) {
        if (width < 1 || width > MAX_WIDTH) {
            throw new IllegalArgumentException(
                    "a network of width " + width + " is not possible on a GPU: use 1 to " + MAX_WIDTH);
        }
    }

    static void requireBlocks(int blocks) {
        if (blocks < 1) {
            throw new IllegalArgumentException("tiles cannot be shared by " + blocks + " blocks: use at least 1");
        }
    }
}
