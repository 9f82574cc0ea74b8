// SPDX-License-Identifier: Apache-2.0
package fizeau.backend.cpu;

import fizeau.backend.DecoderNetwork;
import fizeau.reconstruct.DecoderLayout;
import fizeau.reconstruct.DecoderLayout.Layer;
import java.util.ArrayList;
import java.util.List;

/**
 * The decoder as matrix products with hand-written passes. Batch norm and ReLU are applied while the next layer's input is
 * written, so a layer is one phase of the {@link WorkerPool} in each direction: forward split by output channels (by
 * pixels, in two phases, where there are few channels), backward by input channels.
 *
 * <p>Owns its buffers and a copy of the parameters behind the first layer, borrows the pool.
 */
final class FusedDecoder implements DecoderNetwork {
    private final DecoderLayout layout;
    private final WorkerPool pool;
    private final FirstLayer first;
    private final Layer firstLayer;
    private final FeatureMaps firstMaps;
    private final float[] firstGradient;
    private final SmallParameters small;
    private final List<DecoderStage> stages = new ArrayList<>();
    private final float[][] rows;
    private final float[][] tapGradients;
    private final OutputHead head;
    private float[] lastParameters;

    FusedDecoder(DecoderLayout layout, WorkerPool pool) {
        this.layout = layout;
        this.pool = pool;
        List<Layer> layers = layout.layers();
        int workers = pool.workers();
        this.first = new FirstLayer(layout, workers);
        this.firstLayer = layers.get(0);
        this.firstMaps = new FeatureMaps(
                firstLayer.outChannels(), new Planes(4), 1, layout.spec().batchNorm(), true, workers);
        this.firstGradient = new float[first.outputs()];
        this.small = new SmallParameters(layout);
        int largestTap = 0;
        for (Layer layer : layers.subList(1, layers.size())) {
            DecoderStage stage = new DecoderStage(layer, workers);
            stages.add(stage);
            largestTap = Math.max(largestTap, stage.convolution().tapSize());
        }
        this.rows = new float[workers][new Planes(layout.spec().featureEdge()).run()];
        this.tapGradients = new float[workers][largestTap];
        this.head = new OutputHead(layout, last().convolution().planes(), workers);
    }

    /** The first layer, whose optimiser step {@link FusedTraining} fuses with its products. */
    FirstLayer first() {
        return first;
    }

    /** Gradient with respect to the first layer's product, after {@link #backwardMaps}. */
    float[] firstGradient() {
        return firstGradient;
    }

    /** The layers behind the first. */
    List<DecoderStage> stages() {
        return stages;
    }

    /** All parameters that are no weights; a change takes effect in the next pass. */
    SmallParameters small() {
        return small;
    }

    @Override
    public void forward(float[] parameters, float[] output) {
        requireLength("parameters", parameters, layout.parameterCount());
        requireLength("output", output, outputCount());
        load(parameters);
        lastParameters = parameters;
        forwardFromFirstProduct(output);
    }

    /** Takes all parameters and makes the first layer's product. */
    void load(float[] parameters) {
        small.load(parameters);
        pool.run((worker, workers) -> {
            first.multiply(parameters, worker, workers);
            for (DecoderStage stage : stages) {
                for (int tap = worker; tap < stage.taps(); tap += workers) {
                    stage.load(parameters, tap);
                }
            }
        });
    }

    /** The forward pass once {@link #first} has its product and the other layers have their parameters. */
    void forwardFromFirstProduct(float[] output) {
        pool.run((worker, workers) -> {
            int to = WorkerPool.from(firstMaps.channels(), worker + 1, workers);
            for (int c = WorkerPool.from(firstMaps.channels(), worker, workers); c < to; c++) {
                first.place(
                        c, small(firstLayer, firstLayer.bias(), c, 0), firstMaps.of(c)[0]);
                passOn(firstLayer, firstMaps, c, stages.get(0), worker);
            }
        });
        for (int s = 0; s + 1 < stages.size(); s++) {
            DecoderStage stage = stages.get(s);
            DecoderStage next = stages.get(s + 1);
            if (stage.sharesChannels(pool.workers())) {
                pool.run((worker, workers) -> {
                    int from = WorkerPool.from(stage.layer().outChannels(), worker, workers);
                    int to = WorkerPool.from(stage.layer().outChannels(), worker + 1, workers);
                    int pixels = stage.convolution().planes().run();
                    stage.convolution().multiply(from, to, 0, pixels);
                    passOn(stage, next, worker, workers);
                });
            } else {
                pool.run((worker, workers) -> multiplyPixels(stage, worker, workers));
                pool.run((worker, workers) -> passOn(stage, next, worker, workers));
            }
        }
        float bias = small(last().layer(), last().layer().bias(), 0, 0);
        pool.run((worker, workers) -> multiplyPixels(last(), worker, workers));
        pool.run((worker, workers) -> head.activate(last().convolution(), bias, output, worker, workers));
    }

    @Override
    public void backward(float[] outputGradient, float[] parameterGradient) {
        if (lastParameters == null) {
            throw new IllegalStateException("backward needs a forward pass before it");
        }
        requireLength("output gradient", outputGradient, outputCount());
        requireLength("parameter gradient", parameterGradient, layout.parameterCount());
        float[] smallGradient = new float[small.values().length];
        backwardMaps(outputGradient, new GradientUse() {
            @Override
            public void weights(DecoderStage stage, int tap, float[] gradient, int from, int to) {
                stage.store(tap, gradient, from, to, parameterGradient);
            }

            @Override
            public void small(int index, float gradient) {
                smallGradient[index] = gradient;
            }
        });
        small.store(smallGradient, parameterGradient);
        float[] parameters = lastParameters;
        pool.run((worker, workers) -> first.gradients(parameters, firstGradient, parameterGradient, worker, workers));
    }

    /** The backward pass down to the first layer's product; all gradients behind that are handed to {@code use}. */
    void backwardMaps(float[] outputGradient, GradientUse use) {
        pool.run((worker, workers) -> head.backward(outputGradient, last().convolution(), worker, workers));
        use.small(small.index(last().layer(), last().layer().bias()), (float) head.gradientSum());
        for (int s = stages.size() - 1; s >= 0; s--) {
            DecoderStage stage = stages.get(s);
            DecoderStage before = s == 0 ? null : stages.get(s - 1);
            pool.run((worker, workers) -> {
                int from = WorkerPool.from(stage.layer().inChannels(), worker, workers);
                int to = WorkerPool.from(stage.layer().inChannels(), worker + 1, workers);
                stage.convolution().multiplyBackward(from, to);
                useWeightGradients(stage, from, to, tapGradients[worker], use);
                for (int c = from; c < to; c++) {
                    stage.convolution().getInputGradient(c, rows[worker]);
                    if (before == null) {
                        float[][] gradient = passBack(firstLayer, firstMaps, c, worker, use);
                        first.take(c, gradient[0], firstGradient);
                    } else {
                        float[][] gradient = passBack(before.layer(), before.maps(), c, worker, use);
                        before.convolution().putOutputGradient(c, gradient);
                    }
                }
            });
        }
    }

    @Override
    public float[] runningStatistics() {
        float[] statistics = new float[layout.statisticsCount()];
        if (layout.spec().batchNorm()) {
            firstMaps.runningStatistics(statistics, firstLayer.statistics());
            for (DecoderStage stage : stages.subList(0, stages.size() - 1)) {
                stage.maps().runningStatistics(statistics, stage.layer().statistics());
            }
        }
        return statistics;
    }

    @Override
    public void close() {
        stages.forEach(DecoderStage::close);
    }

    private DecoderStage last() {
        return stages.get(stages.size() - 1);
    }

    private int outputCount() {
        return layout.spec().outputSize() * layout.spec().outputSize();
    }

    private static void requireLength(String what, float[] values, int expected) {
        if (values.length != expected) {
            throw new IllegalArgumentException(
                    "the decoder's " + what + " needs " + expected + " values, got " + values.length);
        }
    }

    /** A layer's parameter of a channel, or {@code otherwise} where the layer has none ({@code flat} is negative). */
    private float small(Layer layer, int flat, int channel, float otherwise) {
        return flat < 0 ? otherwise : small.values()[small.index(layer, flat) + channel];
    }

    private static void multiplyPixels(DecoderStage stage, int worker, int workers) {
        int pixels = stage.convolution().planes().run();
        stage.convolution()
                .multiply(
                        0,
                        stage.layer().outChannels(),
                        WorkerPool.from(pixels, worker, workers),
                        WorkerPool.from(pixels, worker + 1, workers));
    }

    /** Gradients of the weights, used while they are in the cache; the taps' matrices are the same in all arrays. */
    private static void useWeightGradients(
            DecoderStage stage, int fromChannel, int toChannel, float[] gradient, GradientUse use) {
        int from = fromChannel * stage.layer().outChannels();
        int to = toChannel * stage.layer().outChannels();
        stage.convolution().multiplyWeights(fromChannel, toChannel, tap -> {
            stage.convolution().getWeightGradient(tap, gradient, from, to);
            use.weights(stage, tap, gradient, from, to);
        });
    }

    /** Batch norm and ReLU of a worker's output channels, written as the next layer's input. */
    private void passOn(DecoderStage stage, DecoderStage next, int worker, int workers) {
        int to = WorkerPool.from(stage.layer().outChannels(), worker + 1, workers);
        for (int c = WorkerPool.from(stage.layer().outChannels(), worker, workers); c < to; c++) {
            stage.convolution().getOutput(c, stage.maps().of(c));
            stage.maps().addBias(c, small(stage.layer(), stage.layer().bias(), c, 0));
            passOn(stage.layer(), stage.maps(), c, next, worker);
        }
    }

    private void passOn(Layer layer, FeatureMaps maps, int channel, DecoderStage next, int worker) {
        float gamma = small(layer, layer.gamma(), channel, 1);
        float beta = small(layer, layer.beta(), channel, 0);
        maps.forward(channel, gamma, beta, worker, rows[worker]);
        next.convolution().putInput(channel, rows[worker]);
    }

    /** From the gradient in the worker's row to that of the maps before batch norm. */
    private float[][] passBack(Layer layer, FeatureMaps maps, int channel, int worker, GradientUse use) {
        FeatureMaps.Gradients gradients =
                maps.backward(channel, small(layer, layer.gamma(), channel, 1), rows[worker], worker);
        if (layer.gamma() >= 0) {
            use.small(small.index(layer, layer.gamma()) + channel, (float) gradients.gamma());
            use.small(small.index(layer, layer.beta()) + channel, (float) gradients.beta());
        } else {
            use.small(small.index(layer, layer.bias()) + channel, (float) gradients.beta());
        }
        return gradients.maps();
    }
}
