// SPDX-License-Identifier: Apache-2.0
package fizeau.kernels;

/**
 * The part of {@link DecoderBackwardParameters} that makes the gradient of a layer's weights: the struct of the same name.
 *
 * @param in maps before the layer
 * @param out maps behind it, whose gradient is there
 * @param parts {@code float[splits][weights]} where {@code splits} is above 1: {@link GatherWeightsParameters} adds them up
 * @param weight where the weight starts
 * @param stride of the {@link ConvolutionShape}
 * @param padding of the {@link ConvolutionShape}
 * @param tile edge of a tile of input pixels
 * @param inTile input channels of a block
 * @param outTile output channels of a block
 * @param splits parts that the tiles are shared out to
 * @param blocks of the launch that do this; 0: none
 */
public record WeightGradient(
        LayerMaps in,
        LayerMaps out,
        DeviceAddress parts,
        int weight,
        int stride,
        int padding,
        int tile,
        int inTile,
        int outTile,
        int splits,
        int blocks) {

    /** Channels on each side whose pairs just fill a block. */
    private static final int MOST_CHANNELS = 16;

    /** With fewer pairs than a warp, sharing the tiles out is better than sharing the pairs out. */
    private static final int FEWEST_PAIRS = 32;

    public static WeightGradient of(
            ConvolutionShape shape, LayerMaps in, LayerMaps out, DeviceAddress parts, int weight) {
        Cut cut = Cut.of(shape);
        return new WeightGradient(
                in,
                out,
                parts,
                weight,
                shape.stride(),
                shape.padding(),
                ConvolutionShape.tileFor(shape.inEdge()),
                cut.inTile,
                cut.outTile,
                cut.splits,
                cut.pairBlocks(shape) * cut.splits);
    }

    /** Parts that the gradient of a layer's weights comes in; 1: it comes whole. */
    public static int splits(ConvolutionShape shape) {
        return Cut.of(shape).splits;
    }

    /** The same with no blocks: for a launch that makes gradients of data only. */
    public WeightGradient idle() {
        return new WeightGradient(in, out, parts, weight, stride, padding, tile, inTile, outTile, splits, 0);
    }

    /** The pairs of channels are shared out first, then the tiles, until there are enough blocks. */
    private record Cut(int inTile, int outTile, int splits) {

        static Cut of(ConvolutionShape shape) {
            int in = Math.min(MOST_CHANNELS, shape.ins());
            int out = Math.min(MOST_CHANNELS, shape.outs());
            while (new Cut(in, out, 1).pairBlocks(shape) < ConvolutionShape.ENOUGH_BLOCKS && in * out > FEWEST_PAIRS) {
                if (in > out) {
                    in = ConvolutionShape.divideUp(in, 2);
                } else {
                    out = ConvolutionShape.divideUp(out, 2);
                }
            }
            int pairBlocks = new Cut(in, out, 1).pairBlocks(shape);
            int tiles = ConvolutionShape.tilesOf(shape.inEdge());
            int splits = pairBlocks >= ConvolutionShape.ENOUGH_BLOCKS
                    ? 1
                    : Math.min(tiles, ConvolutionShape.divideUp(ConvolutionShape.ENOUGH_BLOCKS, pairBlocks));
            return new Cut(in, out, splits);
        }

        int pairBlocks(ConvolutionShape shape) {
            return ConvolutionShape.divideUp(shape.ins(), inTile) * ConvolutionShape.divideUp(shape.outs(), outTile);
        }
    }

    int sharedFloats() {
        ConvolutionShape shape = new ConvolutionShape(stride, padding, in.channels(), out.channels(), in.edge());
        return 4 * outTile
                + inTile * tile * tile
                + outTile * (shape.reachCount(tile) | 1)
                + ConvolutionShape.THREADS * shape.taps();
    }
}
