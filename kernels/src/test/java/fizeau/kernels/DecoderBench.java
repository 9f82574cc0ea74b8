// SPDX-License-Identifier: Apache-2.0
package fizeau.kernels;

import java.util.Arrays;

/**
 * One layer with random maps on both of its sides, in both precisions the same numbers: what the tests of the decoder's
 * kernels hand in, and what they expect. Maps before the layer come with their sums in parts, as the layer before would have
 * left them.
 */
final class DecoderBench {

    private static final int FEW_SLOTS = 3;

    final ConvolutionShape shape;
    final boolean batchNorm;
    final boolean relu;
    final boolean last;

    /** Flat parameters: unused, weight, bias of the layer or gamma and beta behind it, gamma and beta before it. */
    final float[] parameters;

    final int weight = 5;
    final float[] inValues;
    final float[] outValues;
    final float[] outGradient;
    private final int biasOut;
    private final int gammaIn;

    /** @param last whether an image follows instead of maps: a bias, neither batch norm nor ReLU */
    DecoderBench(ConvolutionShape shape, boolean batchNorm, boolean relu, boolean last) {
        this.shape = shape;
        this.batchNorm = batchNorm;
        this.relu = relu;
        this.last = last;
        this.biasOut = weight + shape.weightCount();
        this.gammaIn = biasOut + 2 * shape.outs();
        this.parameters = Samples.uniform(1, gammaIn + 2 * shape.ins() + 2, -0.5, 0.5);
        for (int i = 0; i < 2 * shape.ins(); i++) {
            parameters[gammaIn + i] += i < shape.ins() ? 1 : 0;
        }
        // off zero, where sums of squares lose digits
        this.inValues = Samples.uniform(2, shape.ins() * shape.inEdge() * shape.inEdge(), 1, 3);
        this.outValues = Samples.uniform(3, shape.outs() * shape.outEdge() * shape.outEdge(), -1, 2);
        this.outGradient = Samples.uniform(4, outValues.length, -1, 1);
    }

    double[] weights() {
        return Samples.doubles(Arrays.copyOfRange(parameters, weight, weight + shape.weightCount()));
    }

    double[] bias() {
        return normalisedOut()
                ? null
                : Samples.doubles(Arrays.copyOfRange(parameters, biasOut, biasOut + shape.outs()));
    }

    boolean normalisedOut() {
        return batchNorm && !last;
    }

    int gammaOut() {
        return biasOut;
    }

    DecoderReference.Norm[] inNorms() {
        return norms(inValues, shape.ins(), batchNorm ? gammaIn : -1);
    }

    /** Null where there is no batch norm behind the layer. */
    DecoderReference.Norm[] outNorms() {
        return normalisedOut() ? norms(outValues, shape.outs(), biasOut) : null;
    }

    private DecoderReference.Norm[] norms(float[] values, int channels, int gamma) {
        DecoderReference.Norm[] norms = new DecoderReference.Norm[channels];
        for (int c = 0; c < channels; c++) {
            norms[c] = gamma < 0
                    ? new DecoderReference.Norm(0, 1, 1, 0, 0)
                    : DecoderReference.norm(
                            Samples.doubles(values),
                            c,
                            values.length / channels,
                            parameters[gamma + c],
                            parameters[gamma + channels + c]);
        }
        return norms;
    }

    double[] activatedIn() {
        return DecoderReference.activated(Samples.doubles(inValues), inNorms(), relu);
    }

    /** What the layer's output should be. */
    double[] expectedOut() {
        return DecoderReference.convolve(shape, activatedIn(), weights(), bias());
    }

    /** Gradient of the layer's output before batch norm. */
    double[] outValueGradient() {
        return DecoderReference.valueGradient(Samples.doubles(outValues), Samples.doubles(outGradient), outNorms());
    }

    /** Gradient of the maps before the layer, behind their batch norm, ReLU passed. */
    double[] expectedInGradient() {
        double[] gradient = DecoderReference.dataGradient(shape, outValueGradient(), weights());
        double[] activated = activatedIn();
        for (int i = 0; i < gradient.length; i++) {
            gradient[i] = relu && activated[i] <= 0 ? 0 : gradient[i];
        }
        return gradient;
    }

    double[] expectedWeightGradient() {
        return DecoderReference.weightGradient(shape, activatedIn(), outValueGradient());
    }

    /** Sums per channel of the gradient behind the layer, and of its products with the normalised values. */
    double[][] outGradientSums() {
        int pixels = outValues.length / shape.outs();
        double[][] sums = new double[2][shape.outs()];
        DecoderReference.Norm[] norms = outNorms();
        for (int i = 0; i < outValues.length; i++) {
            int c = i / pixels;
            double normalised = norms == null ? 0 : (outValues[i] - norms[c].mean()) * norms[c].inverse();
            sums[0][c] += outGradient[i];
            sums[1][c] += outGradient[i] * normalised;
        }
        return sums;
    }

    /** The maps before the layer as the layer before left them; {@code applied} only where the forward pass has run. */
    LayerMaps in(Emulation emulation, boolean forwardRan) {
        int pixels = shape.inEdge() * shape.inEdge();
        double[] parts = new double[2 * shape.ins() * FEW_SLOTS];
        for (int i = 0; i < inValues.length; i++) {
            int slot = 2 * (i / pixels * FEW_SLOTS + i % FEW_SLOTS);
            parts[slot] += inValues[i];
            parts[slot + 1] += (double) inValues[i] * inValues[i];
        }
        int gradientSlots = DataGradient.slots(shape);
        return new LayerMaps(
                emulation.upload(inValues),
                emulation.upload(parts),
                emulation.allocateFloats(inValues.length),
                emulation.allocateDoubles(2 * shape.ins() * gradientSlots),
                emulation.upload(runningStart(shape.ins())),
                forwardRan ? applied(emulation, inNorms()) : emulation.allocateFloats(4 * shape.ins()),
                shape.ins(),
                shape.inEdge(),
                FEW_SLOTS,
                gradientSlots,
                batchNorm ? gammaIn : -1,
                batchNorm ? gammaIn + shape.ins() : -1,
                batchNorm ? -1 : gammaIn,
                relu ? 1 : 0);
    }

    /** The maps behind the layer; with values and gradient where the way back begins. */
    LayerMaps out(Emulation emulation, boolean forwardRan) {
        int slots = DecoderConvolveParameters.slots(shape);
        int pixels = shape.outEdge() * shape.outEdge();
        double[] parts = new double[2 * shape.outs() * FEW_SLOTS];
        double[][] sums = outGradientSums();
        for (int c = 0; c < shape.outs(); c++) {
            for (int s = 0; s < FEW_SLOTS; s++) { // shares that add up
                parts[2 * (c * FEW_SLOTS + s)] = sums[0][c] * (s + 1) / 6;
                parts[2 * (c * FEW_SLOTS + s) + 1] = sums[1][c] * (3 - s) / 6;
            }
        }
        return new LayerMaps(
                last
                        ? DeviceAddress.NULL
                        : forwardRan ? emulation.upload(outValues) : emulation.allocateFloats(shape.outs() * pixels),
                emulation.allocateDoubles(2 * shape.outs() * slots),
                forwardRan ? emulation.upload(outGradient) : emulation.allocateFloats(outGradient.length),
                emulation.upload(parts),
                emulation.upload(runningStart(shape.outs())),
                forwardRan && normalisedOut()
                        ? applied(emulation, outNorms())
                        : emulation.allocateFloats(4 * shape.outs()),
                shape.outs(),
                shape.outEdge(),
                slots,
                FEW_SLOTS,
                normalisedOut() ? biasOut : -1,
                normalisedOut() ? biasOut + shape.outs() : -1,
                normalisedOut() ? -1 : biasOut,
                relu && !last ? 1 : 0);
    }

    static float[] runningStart(int channels) {
        float[] running = new float[2 * channels];
        Arrays.fill(running, channels, 2 * channels, 1);
        return running;
    }

    private static DeviceAddress applied(Emulation emulation, DecoderReference.Norm[] norms) {
        float[] applied = new float[4 * norms.length];
        for (int c = 0; c < norms.length; c++) {
            applied[4 * c] = (float) norms[c].mean();
            applied[4 * c + 1] = (float) norms[c].inverse();
            applied[4 * c + 2] = (float) norms[c].scale();
            applied[4 * c + 3] = (float) norms[c].shift();
        }
        return emulation.upload(applied);
    }

    @Override
    public String toString() {
        return "%d to %d channels, %d px to %d%s%s%s"
                .formatted(
                        shape.ins(),
                        shape.outs(),
                        shape.inEdge(),
                        shape.outEdge(),
                        batchNorm ? ", batch norm" : "",
                        relu ? ", ReLU" : "",
                        last ? ", last" : "");
    }
}
