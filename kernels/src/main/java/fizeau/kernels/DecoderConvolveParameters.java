// SPDX-License-Identifier: Apache-2.0
package fizeau.kernels;

/**
 * Parameters of {@code decoder_convolve}: one decoder layer behind the first.
 *
 * @param parameters {@code float[]}, flat
 * @param image result of the last layer, {@code float[imageEdge][imageEdge]}, whose frame is left as it is;
 *     {@link DeviceAddress#NULL} for any other layer
 * @param weight where the weight starts
 * @param stride of the {@link ConvolutionShape}
 * @param padding of the {@link ConvolutionShape}
 * @param tile edge of a block's tile of base positions
 * @param channelTile output channels of a block
 * @param chunk input channels in shared memory at a time
 * @param imageEdge of the {@link ImageWindow}, as the three that follow; 0 where there is no image
 */
public record DecoderConvolveParameters(
        LayerMaps in,
        LayerMaps out,
        DeviceAddress parameters,
        DeviceAddress image,
        int weight,
        int stride,
        int padding,
        int tile,
        int channelTile,
        int chunk,
        int imageEdge,
        int imageStart,
        int mapStart,
        int copied)
        implements KernelParameters {

    /** A layer whose output is maps. */
    public static DecoderConvolveParameters toMaps(
            ConvolutionShape shape, LayerMaps in, LayerMaps out, DeviceAddress parameters, int weight) {
        return of(shape, in, out, parameters, weight, DeviceAddress.NULL, new ImageWindow(0, 0, 0, 0));
    }

    /** The last layer. */
    public static DecoderConvolveParameters toImage(
            ConvolutionShape shape,
            LayerMaps in,
            LayerMaps out,
            DeviceAddress parameters,
            int weight,
            DeviceAddress image,
            ImageWindow window) {
        return of(shape, in, out, parameters, weight, image, window);
    }

    private static DecoderConvolveParameters of(
            ConvolutionShape shape,
            LayerMaps in,
            LayerMaps out,
            DeviceAddress parameters,
            int weight,
            DeviceAddress image,
            ImageWindow window) {
        int tile = ConvolutionShape.tileFor(shape.bases());
        int channelTile = ConvolutionShape.channelTile(shape.bases(), shape.outs());
        return new DecoderConvolveParameters(
                in,
                out,
                parameters,
                image,
                weight,
                shape.stride(),
                shape.padding(),
                tile,
                channelTile,
                ConvolutionShape.chunk(shape.ins(), windowCount(tile) + channelTile * shape.taps()),
                window.imageEdge(),
                window.imageStart(),
                window.mapStart(),
                window.copied());
    }

    /** Parts that the sums of a layer's output come in. */
    public static int slots(ConvolutionShape shape) {
        return ConvolutionShape.tilesOf(shape.bases());
    }

    private static int windowCount(int tile) {
        return (tile + 2) * (tile + 2);
    }

    @Override
    public LaunchShape launchShape() {
        ConvolutionShape shape = new ConvolutionShape(stride, padding, in.channels(), out.channels(), in.edge());
        int phases = stride * stride;
        int floats = 2 * shape.ins()
                + channelTile * tile * tile * phases
                + chunk * (windowCount(tile) + channelTile * shape.taps())
                + ConvolutionShape.THREADS * phases;
        return new LaunchShape(
                slots(shape),
                ConvolutionShape.divideUp(shape.outs(), channelTile),
                ConvolutionShape.THREADS,
                Float.BYTES * floats);
    }
}
