// SPDX-License-Identifier: Apache-2.0
package fizeau.kernels;

/**
 * A decoder layer behind the first, seen as a transposed convolution, and how it is cut into blocks. The tiles are constants
 * of the kernels; the other sizes follow from them and from the shared memory that every device grants.
 *
 * @param stride 2: kernel 4 x 4, padding 1; 1: kernel 3 x 3
 * @param padding of the transposed convolution
 * @param ins input channels
 * @param outs output channels
 * @param inEdge edge of the input maps
 */
public record ConvolutionShape(int stride, int padding, int ins, int outs, int inEdge) {

    /** Threads of a block: four for each position of a tile of 8 x 8. */
    static final int THREADS = 256;

    /** Blocks that keep a large device busy; with fewer, channels are shared out finer. */
    static final int ENOUGH_BLOCKS = 128;

    /** What a chunk of channels may take of the shared memory, in floats, beside the rest of a block's arrays. */
    static final int CHUNK_FLOATS = 5000;

    private static final int LARGE_TILE = 8;
    private static final int SMALL_TILE = 4;

    public ConvolutionShape {
        boolean upsampling = stride == 2 && padding == 1;
        boolean convolution = stride == 1 && (padding == 1 || padding == 2);
        if (!upsampling && !convolution) {
            throw new IllegalArgumentException("a decoder has no layer of stride " + stride + " and padding " + padding
                    + ": stride 2 with padding 1 and stride 1 with padding 1 or 2 are possible");
        }
        if (ins < 1 || outs < 1 || inEdge < 1) {
            throw new IllegalArgumentException("layer of " + ins + " to " + outs + " channels, " + inEdge + " x "
                    + inEdge + " pixels: each must be at least 1");
        }
    }

    public int outEdge() {
        return (inEdge - 1) * stride + kernel() - 2 * padding;
    }

    public int kernel() {
        return stride == 2 ? 4 : 3;
    }

    public int taps() {
        return kernel() * kernel();
    }

    public int weightCount() {
        return ins * outs * taps();
    }

    /** Base positions of the outputs along an edge; {@code stride} outputs belong to each. */
    int bases() {
        return divideUp(outEdge(), stride);
    }

    static int tileFor(int edge) {
        return edge >= LARGE_TILE ? LARGE_TILE : SMALL_TILE;
    }

    static int tilesOf(int edge) {
        int across = divideUp(edge, tileFor(edge));
        return across * across;
    }

    /** Channels of a block: as many as its threads can work at, fewer where blocks are few. */
    static int channelTile(int edge, int channels) {
        int tile = tileFor(edge);
        int most = Math.min(channels, THREADS / (tile * tile));
        while (most > 1 && tilesOf(edge) * divideUp(channels, most) < ENOUGH_BLOCKS) {
            most /= 2;
        }
        return most;
    }

    static int chunk(int channels, int floatsPerChannel) {
        return Math.max(1, Math.min(channels, CHUNK_FLOATS / floatsPerChannel));
    }

    /** Floats along and across what a tile of inputs reaches in the output. */
    int reachCount(int tile) {
        int reach = (tile - 1) * stride + kernel();
        return reach * reach;
    }

    static int divideUp(int count, int parts) {
        return (count + parts - 1) / parts;
    }
}
