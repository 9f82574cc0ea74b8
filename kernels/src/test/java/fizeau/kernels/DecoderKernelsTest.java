// SPDX-License-Identifier: Apache-2.0
package fizeau.kernels;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.within;

import java.util.Arrays;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Every kernel of the decoder, forward and backward, against double precision. */
@ExtendWith(EmulatorExtension.class)
class DecoderKernelsTest {

    /** A few roundings of single precision over sums of some hundred terms. */
    private static final double TOLERANCE = 5e-6;

    /** Batch norm's way back subtracts what is nearly equal. */
    private static final double GRADIENT = 2e-5;

    private static final AdamRule RULE = AdamRule.of(0.9, 0.999, 1e-8);

    static Stream<DecoderBench> layers() {
        return Stream.of(
                // 4 x 4 maps in small tiles; channels that no tile divides
                layer(2, 1, 5, 3, 4, true, true),
                // more channels than lie in shared memory at a time, both ways
                layer(2, 1, 101, 2, 4, true, true),
                layer(2, 1, 33, 14, 8, true, true),
                // several tiles, one of them cut
                layer(2, 1, 3, 2, 16, true, true),
                layer(2, 1, 2, 3, 10, false, true),
                // refinement, with and without batch norm and ReLU
                layer(1, 1, 4, 2, 8, true, true),
                layer(1, 1, 3, 5, 4, false, false),
                layer(1, 1, 2, 2, 19, true, true),
                layer(1, 1, 40, 3, 9, true, false),
                // weights enough for several blocks of pairs
                layer(2, 1, 20, 18, 4, true, true),
                new DecoderBench(new ConvolutionShape(1, 2, 2, 1, 16), true, true, true),
                new DecoderBench(new ConvolutionShape(1, 2, 3, 1, 4), false, false, true));
    }

    private static DecoderBench layer(
            int stride, int padding, int ins, int outs, int edge, boolean batchNorm, boolean relu) {
        return new DecoderBench(new ConvolutionShape(stride, padding, ins, outs, edge), batchNorm, relu, false);
    }

    @ParameterizedTest
    @CsvSource({"16, 3, true, 256", "37, 5, true, 32", "20, 2, false, 96"})
    void theFirstLayerIsTheLatentTimesItsWeight(
            int inputs, int channels, boolean batchNorm, int threads, Emulator emulator) {
        int outputs = 16 * channels;
        float[] parameters = Samples.uniform(1, inputs + inputs * outputs + 2 * channels, -1, 1);
        int small = inputs + inputs * outputs;
        Emulation emulation = emulator.begin();
        LayerMaps maps = firstMaps(emulation, channels, small, batchNorm, null, null);
        var launch = new DecoderFirstParameters(emulation.upload(parameters), maps, inputs, inputs);
        emulation.launch(launch, launch.launchShape().withThreads(threads));
        emulation.execute();
        double[] expected = DecoderReference.first(
                Samples.doubles(Arrays.copyOf(parameters, inputs)),
                Samples.doubles(Arrays.copyOfRange(parameters, inputs, small)),
                outputs);
        for (int j = 0; j < outputs; j++) {
            expected[j] += batchNorm ? 0 : parameters[small + j / 16];
        }
        Samples.assertClose("first layer", emulation.floats(maps.values()), expected, TOLERANCE);
        Samples.assertClose("sums", emulation.doubles(maps.sums()), sums(expected, channels), TOLERANCE);
    }

    @ParameterizedTest
    @MethodSource("layers")
    void layersAgreeWithTheReference(DecoderBench bench, Emulator emulator) {
        for (int threads : new int[] {ConvolutionShape.THREADS, 32, 96}) {
            assertForward(bench, threads, emulator);
        }
    }

    private void assertForward(DecoderBench bench, int threads, Emulator emulator) {
        ConvolutionShape shape = bench.shape;
        Emulation emulation = emulator.begin();
        LayerMaps in = bench.in(emulation, false);
        LayerMaps out = bench.out(emulation, false);
        DeviceAddress parameters = emulation.upload(bench.parameters);
        int imageEdge = shape.outEdge() + 2;
        DeviceAddress image = emulation.upload(new float[imageEdge * imageEdge]);
        DecoderConvolveParameters launch = bench.last
                ? DecoderConvolveParameters.toImage(
                        shape, in, out, parameters, bench.weight, image, ImageWindow.of(shape.outEdge(), imageEdge))
                : DecoderConvolveParameters.toMaps(shape, in, out, parameters, bench.weight);
        emulation.launch(launch, launch.launchShape().withThreads(threads));
        emulation.execute();

        double[] expected = bench.expectedOut();
        if (bench.last) {
            double[] framed = new double[imageEdge * imageEdge];
            for (int i = 0; i < expected.length; i++) {
                int y = 1 + i / shape.outEdge();
                framed[y * imageEdge + 1 + i % shape.outEdge()] = DecoderReference.sigmoid(expected[i]);
            }
            Samples.assertClose("image", emulation.floats(image), framed, TOLERANCE);
        } else {
            Samples.assertClose("maps", emulation.floats(out.values()), expected, TOLERANCE);
        }
        if (bench.normalisedOut()) {
            double[] added = addParts(emulation.doubles(out.sums()), shape.outs(), out.slots());
            Samples.assertClose("sums", added, sums(expected, shape.outs()), TOLERANCE);
        }
        assertApplied(bench, emulation, in);
    }

    private static void assertApplied(DecoderBench bench, Emulation emulation, LayerMaps in) {
        DecoderReference.Norm[] norms = bench.inNorms();
        double[] applied = new double[4 * norms.length];
        double[] running = Samples.doubles(DecoderBench.runningStart(norms.length));
        for (int c = 0; c < norms.length; c++) {
            applied[4 * c] = norms[c].mean();
            applied[4 * c + 1] = norms[c].inverse();
            applied[4 * c + 2] = norms[c].scale();
            applied[4 * c + 3] = norms[c].shift();
            if (bench.batchNorm) {
                running[c] += DecoderReference.MOMENTUM * norms[c].mean();
                running[norms.length + c] += DecoderReference.MOMENTUM * (norms[c].unbiasedVariance() - 1);
            }
        }
        Samples.assertClose("applied", emulation.floats(in.applied()), applied, TOLERANCE);
        Samples.assertClose("running", emulation.floats(in.running()), running, TOLERANCE);
    }

    @ParameterizedTest
    @MethodSource("layers")
    void gradientsOfMapsAgreeWithTheReference(DecoderBench bench, Emulator emulator) {
        ConvolutionShape shape = bench.shape;
        for (int threads : new int[] {ConvolutionShape.THREADS, 32, 96}) {
            Emulation emulation = emulator.begin();
            LayerMaps in = bench.in(emulation, true);
            LayerMaps out = bench.out(emulation, true);
            DeviceAddress gradients = emulation.upload(new float[bench.parameters.length]);
            ParameterStep step = writing(emulation.upload(bench.parameters), gradients);
            DataGradient data = DataGradient.of(shape, in, out, bench.weight);
            WeightGradient none = WeightGradient.of(shape, in, out, DeviceAddress.NULL, bench.weight)
                    .idle();
            DecoderBackwardParameters launch = new DecoderBackwardParameters(data, none, step);
            emulation.launch(launch, launch.launchShape().withThreads(threads));
            emulation.execute();
            double[] expected = bench.expectedInGradient();
            Samples.assertClose("gradient", emulation.floats(in.gradient()), expected, GRADIENT);
            double[] added = addParts(emulation.doubles(in.gradientSums()), shape.ins(), in.gradientSlots());
            Samples.assertClose("gradient sums", added, gradientSums(bench, expected), GRADIENT);
            float[] written = emulation.floats(gradients);
            double[][] passedOn = bench.outGradientSums();
            int at = bench.gammaOut();
            if (bench.normalisedOut()) {
                assertRange("gamma", written, at, passedOn[1]);
                assertRange("beta", written, at + shape.outs(), passedOn[0]);
            } else {
                assertRange("bias", written, at, passedOn[0]);
            }
        }
    }

    @ParameterizedTest
    @MethodSource("layers")
    void gradientsOfWeightsAgreeWithTheReference(DecoderBench bench, Emulator emulator) {
        ConvolutionShape shape = bench.shape;
        for (int threads : new int[] {ConvolutionShape.THREADS, 32, 96}) {
            Emulation emulation = emulator.begin();
            LayerMaps in = bench.in(emulation, true);
            LayerMaps out = bench.out(emulation, true);
            DeviceAddress gradients = emulation.upload(new float[bench.parameters.length]);
            ParameterStep step = writing(emulation.upload(bench.parameters), gradients);
            int splits = WeightGradient.splits(shape);
            DeviceAddress parts = emulation.allocateFloats(splits * shape.weightCount());
            WeightGradient weights = WeightGradient.of(shape, in, out, parts, bench.weight);
            DataGradient none = DataGradient.of(shape, in, out, bench.weight).idle();
            DecoderBackwardParameters launch = new DecoderBackwardParameters(none, weights, step);
            emulation.launch(launch, launch.launchShape().withThreads(threads));
            if (splits > 1) {
                DeviceAddress segments = emulation.upload(0, splits, bench.weight, shape.weightCount());
                emulation.launch(GatherWeightsParameters.of(parts, segments, 1, shape.weightCount(), step));
            }
            emulation.execute();
            assertRange("weight", emulation.floats(gradients), bench.weight, bench.expectedWeightGradient());
        }
    }

    /** The same layer's two gradients in one launch are the two launches' bits. */
    @Test
    void oneLaunchForBothGradientsChangesNoBit(Emulator emulator) {
        DecoderBench bench = layer(2, 1, 5, 3, 8, true, true);
        float[][] gradients = new float[2][];
        for (int shared = 0; shared < 2; shared++) {
            Emulation emulation = emulator.begin();
            LayerMaps in = bench.in(emulation, true);
            LayerMaps out = bench.out(emulation, true);
            DeviceAddress written = emulation.upload(new float[bench.parameters.length]);
            ParameterStep step = writing(emulation.upload(bench.parameters), written);
            DataGradient data = DataGradient.of(bench.shape, in, out, bench.weight);
            WeightGradient weights = WeightGradient.of(bench.shape, in, out, DeviceAddress.NULL, bench.weight);
            if (shared == 1) {
                emulation.launch(new DecoderBackwardParameters(data, weights, step));
            } else {
                emulation.launch(new DecoderBackwardParameters(data, weights.idle(), step));
                emulation.launch(new DecoderBackwardParameters(data.idle(), weights, step));
            }
            emulation.execute();
            float[] map = emulation.floats(in.gradient());
            float[] flat = emulation.floats(written);
            gradients[shared] = Arrays.copyOf(map, map.length + flat.length);
            System.arraycopy(flat, 0, gradients[shared], map.length, flat.length);
        }
        assertThat(gradients[1]).isEqualTo(gradients[0]);
    }

    /** Fused or not, whole or in parts: Adam takes the same step, bit for bit. */
    @ParameterizedTest
    @ValueSource(ints = {4, 16})
    void fusedStepsAreThoseOfTheOptimiser(int edge, Emulator emulator) {
        DecoderBench bench = layer(2, 1, 5, 3, edge, true, true);
        int count = bench.parameters.length;
        int splits = WeightGradient.splits(bench.shape);
        assertThat(splits > 1).isEqualTo(edge == 16);
        float[][] stepped = new float[2][];
        for (int fused = 0; fused < 2; fused++) {
            Emulation emulation = emulator.begin();
            LayerMaps in = bench.in(emulation, true);
            LayerMaps out = bench.out(emulation, true);
            DeviceAddress parameters = emulation.upload(bench.parameters);
            DeviceAddress gradients = emulation.upload(new float[count]);
            DeviceAddress first = emulation.upload(Samples.uniform(8, count, -1e-2, 1e-2));
            DeviceAddress second = emulation.upload(Samples.uniform(9, count, 0, 1e-3));
            DeviceAddress state = emulation.upload(new AdamState(3, 1.25e-3f, 0.3f));
            ParameterStep step = new ParameterStep(parameters, gradients, first, second, state, RULE, fused);
            DeviceAddress parts = emulation.allocateFloats(splits * bench.shape.weightCount());
            WeightGradient weights = WeightGradient.of(bench.shape, in, out, parts, bench.weight);
            DataGradient data = DataGradient.of(bench.shape, in, out, bench.weight);
            emulation.launch(new DecoderBackwardParameters(data, weights.idle(), step));
            emulation.launch(new DecoderBackwardParameters(data.idle(), weights, step));
            if (splits > 1) {
                DeviceAddress segments = emulation.upload(0, splits, bench.weight, bench.shape.weightCount());
                emulation.launch(GatherWeightsParameters.of(parts, segments, 1, bench.shape.weightCount(), step));
            }
            if (fused == 0) {
                emulation.launch(new AdamStepParameters(parameters, gradients, first, second, state, count, RULE));
            }
            emulation.execute();
            stepped[fused] = emulation.floats(parameters);
        }
        int from = bench.weight;
        int to = bench.gammaOut() + 2 * bench.shape.outs(); // behind them nothing has a gradient here
        assertThat(Arrays.copyOfRange(stepped[1], from, to)).isEqualTo(Arrays.copyOfRange(stepped[0], from, to));
        assertThat(Arrays.copyOfRange(stepped[1], from, to))
                .isNotEqualTo(Arrays.copyOfRange(bench.parameters, from, to));
    }

    @ParameterizedTest
    @CsvSource({"true, 0, 1", "false, 0, 1", "true, 1, 1", "true, 0, 0", "true, 1, 0"})
    void theFirstLayersGradientsAgreeWithTheReference(boolean batchNorm, int fused, int trained, Emulator emulator) {
        int inputs = 19;
        int channels = 3;
        int outputs = 16 * channels;
        int small = inputs + inputs * outputs;
        float[] parameters = Samples.uniform(1, small + 2 * channels, -1, 1);
        float[] values = Samples.uniform(2, outputs, -1, 2);
        float[] gradient = Samples.uniform(3, outputs, -1, 1);
        Emulation emulation = emulator.begin();
        LayerMaps maps = firstMaps(emulation, channels, small, batchNorm, values, gradient);
        DecoderReference.Norm[] norms = new DecoderReference.Norm[channels];
        double[][] passedOn = new double[2][channels];
        float[] applied = new float[4 * channels];
        for (int c = 0; c < channels; c++) {
            norms[c] = DecoderReference.norm(
                    Samples.doubles(values), c, 16, parameters[small + c], parameters[small + channels + c]);
            for (int i = 16 * c; i < 16 * (c + 1); i++) {
                passedOn[0][c] += gradient[i];
                passedOn[1][c] += gradient[i] * (values[i] - norms[c].mean()) * norms[c].inverse();
            }
            applied[4 * c] = (float) norms[c].mean();
            applied[4 * c + 1] = (float) norms[c].inverse();
            applied[4 * c + 2] = (float) norms[c].scale();
            applied[4 * c + 3] = (float) norms[c].shift();
        }
        double[] sums = new double[2 * channels];
        for (int c = 0; c < channels; c++) {
            sums[2 * c] = passedOn[0][c];
            sums[2 * c + 1] = passedOn[1][c];
        }
        LayerMaps known = new LayerMaps(
                maps.values(),
                maps.sums(),
                maps.gradient(),
                emulation.upload(sums),
                maps.running(),
                emulation.upload(applied),
                channels,
                4,
                1,
                1,
                maps.gamma(),
                maps.beta(),
                maps.bias(),
                1);
        DeviceAddress weights = emulation.upload(parameters);
        DeviceAddress gradients = emulation.upload(new float[parameters.length]);
        DeviceAddress first = emulation.upload(new float[parameters.length]);
        DeviceAddress second = emulation.upload(new float[parameters.length]);
        DeviceAddress state = emulation.upload(AdamState.NEW);
        emulation.launch(new AdamAdvanceParameters(state, 1e-2, 0.9, 0.999));
        ParameterStep step = new ParameterStep(weights, gradients, first, second, state, RULE, fused);
        emulation.launch(new DecoderFirstStepParameters(known, step, inputs, inputs, trained));
        emulation.execute();

        double[] d = DecoderReference.valueGradient(
                Samples.doubles(values), Samples.doubles(gradient), batchNorm ? norms : null);
        double[] expected = new double[parameters.length];
        for (int i = 0; i < inputs; i++) {
            for (int j = 0; j < outputs; j++) {
                expected[i] += trained * parameters[inputs + i * outputs + j] * d[j];
                expected[inputs + i * outputs + j] = parameters[i] * d[j];
            }
        }
        for (int c = 0; c < channels; c++) {
            expected[small + c] = passedOn[batchNorm ? 1 : 0][c];
            expected[small + channels + c] = batchNorm ? passedOn[0][c] : 0;
        }
        if (fused == 0) {
            Samples.assertClose("gradients", emulation.floats(gradients), expected, GRADIENT);
        } else {
            double[] stepped = Samples.doubles(parameters);
            OptimizeReference.adamStep(
                    stepped,
                    expected,
                    new double[stepped.length],
                    new double[stepped.length],
                    OptimizeReference.adamAdvance(1, 1e-2, 0.9, 0.999),
                    0.9,
                    0.999,
                    1e-8);
            Samples.assertClose("parameters", emulation.floats(weights), stepped, GRADIENT);
        }
    }

    @ParameterizedTest
    @CsvSource({"14, 16", "14, 14", "14, 9", "13, 8", "6, 5"})
    void theImagesGradientComesBackThroughTheSigmoid(int edge, int imageEdge, Emulator emulator) {
        ImageWindow window = ImageWindow.of(edge, imageEdge);
        float[] image = Samples.uniform(1, imageEdge * imageEdge, 0.1, 0.9);
        float[] gradient = Samples.uniform(2, image.length, -1, 1);
        Emulation emulation = emulator.begin();
        int slots = 3;
        LayerMaps out = new LayerMaps(
                DeviceAddress.NULL,
                DeviceAddress.NULL,
                emulation.allocateFloats(edge * edge),
                emulation.allocateDoubles(2 * slots),
                DeviceAddress.NULL,
                DeviceAddress.NULL,
                1,
                edge,
                1,
                slots,
                -1,
                -1,
                0,
                0);
        emulation.launch(HeadGradientParameters.of(emulation.upload(image), emulation.upload(gradient), out, window));
        emulation.execute();
        double[] expected = new double[edge * edge];
        double sum = 0;
        for (int y = 0; y < imageEdge; y++) {
            for (int x = 0; x < imageEdge; x++) {
                int mapY = y - window.imageStart() + window.mapStart();
                int mapX = x - window.imageStart() + window.mapStart();
                boolean copied = mapY >= 0 && mapY < edge && mapX >= 0 && mapX < edge;
                if (copied) {
                    double value = image[y * imageEdge + x];
                    expected[mapY * edge + mapX] = gradient[y * imageEdge + x] * value * (1 - value);
                    sum += expected[mapY * edge + mapX];
                }
            }
        }
        Samples.assertClose("gradient", emulation.floats(out.gradient()), expected, TOLERANCE);
        double[] added = addParts(emulation.doubles(out.gradientSums()), 1, slots);
        // terms of either sign: what they nearly cancel to is no measure of their rounding
        assertThat(added[0])
                .isCloseTo(
                        sum,
                        within(TOLERANCE
                                * Arrays.stream(expected).map(Math::abs).sum()));
        assertThat(added[1]).isZero();
    }

    @Test
    void everyLaunchOfTheStandardDecoderFitsTheDevice() {
        for (int latent : new int[] {16, 512, 4096}) {
            int ins = latent / 2;
            int edge = 4;
            while (ins > 1 && edge < 256) {
                ConvolutionShape shape = new ConvolutionShape(2, 1, ins, ins / 2, edge);
                LayerMaps in = sizes(shape.ins(), shape.inEdge());
                LayerMaps out = sizes(shape.outs(), shape.outEdge());
                assertThat(DecoderConvolveParameters.toMaps(shape, in, out, DeviceAddress.NULL, 0)
                                .launchShape()
                                .sharedBytes())
                        .isPositive();
                var backward = new DecoderBackwardParameters(
                        DataGradient.of(shape, in, out, 0),
                        WeightGradient.of(shape, in, out, DeviceAddress.NULL, 1),
                        writing(DeviceAddress.NULL, DeviceAddress.NULL));
                assertThat(backward.launchShape().gridX()).isPositive();
                ins /= 2;
                edge *= 2;
            }
        }
    }

    @Test
    void whatWouldRaceOrDoNothingIsRefused() {
        DecoderBench bench = layer(2, 1, 5, 3, 4, true, true);
        LayerMaps in = sizes(5, 4);
        LayerMaps out = sizes(3, 8);
        DataGradient data = DataGradient.of(bench.shape, in, out, 7);
        WeightGradient weights = WeightGradient.of(bench.shape, in, out, DeviceAddress.NULL, 7);
        ParameterStep fused = new ParameterStep(
                DeviceAddress.NULL,
                DeviceAddress.NULL,
                DeviceAddress.NULL,
                DeviceAddress.NULL,
                DeviceAddress.NULL,
                RULE,
                1);
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new DecoderBackwardParameters(data, weights, fused))
                .withMessageContaining("weight at 7");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new DecoderBackwardParameters(data.idle(), weights.idle(), fused))
                .withMessageContaining("needs blocks");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new ConvolutionShape(2, 2, 1, 1, 4))
                .withMessageContaining("stride 2 and padding 2");
    }

    private static LayerMaps sizes(int channels, int edge) {
        DeviceAddress none = DeviceAddress.NULL;
        return new LayerMaps(none, none, none, none, none, none, channels, edge, 1, 1, -1, -1, 0, 1);
    }

    private static ParameterStep writing(DeviceAddress parameters, DeviceAddress gradients) {
        return new ParameterStep(
                parameters, gradients, DeviceAddress.NULL, DeviceAddress.NULL, DeviceAddress.NULL, RULE, 0);
    }

    private static LayerMaps firstMaps(
            Emulation emulation, int channels, int small, boolean batchNorm, float[] values, float[] gradient) {
        return new LayerMaps(
                values == null ? emulation.allocateFloats(16 * channels) : emulation.upload(values),
                emulation.allocateDoubles(2 * channels),
                gradient == null ? emulation.allocateFloats(16 * channels) : emulation.upload(gradient),
                emulation.allocateDoubles(2 * channels),
                emulation.upload(DecoderBench.runningStart(channels)),
                emulation.allocateFloats(4 * channels),
                channels,
                4,
                1,
                1,
                batchNorm ? small : -1,
                batchNorm ? small + channels : -1,
                batchNorm ? -1 : small,
                1);
    }

    /** Sum and sum of squares of each channel. */
    private static double[] sums(double[] values, int channels) {
        double[] sums = new double[2 * channels];
        int pixels = values.length / channels;
        for (int i = 0; i < values.length; i++) {
            sums[2 * (i / pixels)] += values[i];
            sums[2 * (i / pixels) + 1] += values[i] * values[i];
        }
        return sums;
    }

    private static double[] gradientSums(DecoderBench bench, double[] gradient) {
        double[] sums = new double[2 * bench.shape.ins()];
        int pixels = gradient.length / bench.shape.ins();
        DecoderReference.Norm[] norms = bench.inNorms();
        for (int i = 0; i < gradient.length; i++) {
            int c = i / pixels;
            sums[2 * c] += gradient[i];
            sums[2 * c + 1] += gradient[i] * (bench.inValues[i] - norms[c].mean()) * norms[c].inverse();
        }
        return sums;
    }

    private static double[] addParts(double[] parts, int channels, int slots) {
        double[] sums = new double[2 * channels];
        for (int i = 0; i < parts.length; i++) {
            sums[2 * (i / (2 * slots)) + i % 2] += parts[i];
        }
        return sums;
    }

    private static void assertRange(String what, float[] actual, int from, double[] expected) {
        Samples.assertClose(what, Arrays.copyOfRange(actual, from, from + expected.length), expected, GRADIENT);
    }
}
