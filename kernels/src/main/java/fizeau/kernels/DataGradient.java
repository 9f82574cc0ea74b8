// SPDX-License-Identifier: Apache-2.0
package fizeau.kernels;

/**
 * The part of {@link DecoderBackwardParameters} that makes the gradient of the maps before a layer: the struct of the same
 * name.
 *
 * @param in maps before the layer, whose gradient is made
 * @param out maps behind it, whose gradient is there
 * @param weight where the weight starts
 * @param stride of the {@link ConvolutionShape}
 * @param padding of the {@link ConvolutionShape}
 * @param tile edge of a block's tile of input pixels
 * @param channelTile input channels of a block
 * @param chunk output channels in shared memory at a time
 * @param blocks of the launch that do this; 0: none
 */
public record DataGradient(
        LayerMaps in,
        LayerMaps out,
        int weight,
        int stride,
        int padding,
        int tile,
        int channelTile,
        int chunk,
        int blocks) {

    public static DataGradient of(ConvolutionShape shape, LayerMaps in, LayerMaps out, int weight) {
        int tile = ConvolutionShape.tileFor(shape.inEdge());
        int channelTile = ConvolutionShape.channelTile(shape.inEdge(), shape.ins());
        return new DataGradient(
                in,
                out,
                weight,
                shape.stride(),
                shape.padding(),
                tile,
                channelTile,
                ConvolutionShape.chunk(shape.outs(), shape.reachCount(tile) + channelTile * shape.taps()),
                slots(shape) * ConvolutionShape.divideUp(shape.ins(), channelTile));
    }

    /** Parts that the sums of the gradient of a layer's input come in. */
    public static int slots(ConvolutionShape shape) {
        return ConvolutionShape.tilesOf(shape.inEdge());
    }

    /** The same with no blocks: for a launch that makes gradients of weights only. */
    public DataGradient idle() {
        return new DataGradient(in, out, weight, stride, padding, tile, channelTile, chunk, 0);
    }

    int sharedFloats() {
        ConvolutionShape shape = new ConvolutionShape(stride, padding, in.channels(), out.channels(), in.edge());
        return 4 * shape.outs()
                + channelTile * tile * tile
                + chunk * (shape.reachCount(tile) + channelTile * shape.taps())
                + ConvolutionShape.THREADS;
    }
}
