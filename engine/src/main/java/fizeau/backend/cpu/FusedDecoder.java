// SPDX-License-Identifier: Apache-2.0
package fizeau.backend.cpu;

import fizeau.backend.DecoderNetwork;
import fizeau.reconstruct.DecoderLayout;
import fizeau.reconstruct.DecoderLayout.Kind;
import fizeau.reconstruct.DecoderLayout.Layer;
import java.util.ArrayList;
import java.util.List;

/**
 * The decoder as matrix products with hand-written passes. Every layer behind the first is a
 * {@link TransposedConvolution}; a 3 x 3 convolution is one of stride 1 with the kernel turned round. Batch norm and ReLU
 * are applied while the next layer's input is written, so a layer is one phase of the {@link WorkerPool} in each
 * direction: forward split by output channels, backward by input channels.
 *
 * <p>Owns its buffers, borrows the pool.
 */
final class FusedDecoder implements DecoderNetwork {
    private final DecoderLayout layout;
    private final WorkerPool pool;
    private final FirstLayer first;
    private final FeatureMaps firstMaps;
    private final float[] firstGradient;
    private final float[][][] firstScratch;
    private final List<Stage> stages = new ArrayList<>();
    private final float[][] rows;
    private final OutputHead head;
    private float[] lastParameters;

    FusedDecoder(DecoderLayout layout, WorkerPool pool) {
        this.layout = layout;
        this.pool = pool;
        List<Layer> layers = layout.layers();
        this.first = new FirstLayer(layout, pool.workers());
        this.firstMaps = new FeatureMaps(
                layers.get(0).outChannels(), new Planes(4), 1, layout.spec().batchNorm(), true);
        this.firstGradient = new float[first.outputs()];
        this.firstScratch = new float[pool.workers()][][];
        for (int worker = 0; worker < pool.workers(); worker++) {
            firstScratch[worker] = firstMaps.newMaps();
        }
        for (Layer layer : layers.subList(1, layers.size())) {
            stages.add(new Stage(layer, pool.workers()));
        }
        this.rows = new float[pool.workers()][new Planes(layout.spec().featureEdge()).run()];
        this.head =
                new OutputHead(layout, stages.get(stages.size() - 1).convolution.planes());
    }

    /** The first layer, whose optimiser step the training session fuses. */
    FirstLayer first() {
        return first;
    }

    /** Gradient with respect to the first layer's product, after {@link #backwardMaps}. */
    float[] firstGradient() {
        return firstGradient;
    }

    /** Native bytes held. */
    long bytes() {
        return stages.stream().mapToLong(stage -> stage.convolution.bytes()).sum();
    }

    @Override
    public void forward(float[] parameters, float[] output) {
        requireLength("parameters", parameters, layout.parameterCount());
        requireLength("output", output, outputCount());
        pool.run((worker, workers) -> {
            first.multiply(parameters, worker, workers);
            loadWeights(
                    parameters,
                    WorkerPool.from(parameters.length, worker, workers),
                    WorkerPool.from(parameters.length, worker + 1, workers));
        });
        lastParameters = parameters;
        forwardFromFirstProduct(parameters, output);
    }

    /** The forward pass once {@link #first} has its product and every parameter went through {@link #loadWeights}. */
    void forwardFromFirstProduct(float[] parameters, float[] output) {
        for (Stage stage : stages) {
            stage.loadTurned(parameters);
        }
        Layer firstLayer = layout.layers().get(0);
        TransposedConvolution second = stages.get(0).convolution;
        pool.run((worker, workers) -> {
            int to = WorkerPool.from(firstMaps.channels(), worker + 1, workers);
            for (int c = WorkerPool.from(firstMaps.channels(), worker, workers); c < to; c++) {
                placeFirst(c, firstLayer.bias() < 0 ? 0 : parameters[firstLayer.bias() + c]);
                passOn(parameters, firstLayer, firstMaps, c, second, firstScratch[worker], rows[worker]);
            }
        });
        for (int s = 0; s + 1 < stages.size(); s++) {
            Stage stage = stages.get(s);
            TransposedConvolution next = stages.get(s + 1).convolution;
            pool.run((worker, workers) -> {
                int from = WorkerPool.from(stage.layer.outChannels(), worker, workers);
                int to = WorkerPool.from(stage.layer.outChannels(), worker + 1, workers);
                stage.convolution.multiply(from, to);
                for (int c = from; c < to; c++) {
                    float bias = stage.layer.bias() < 0 ? 0 : parameters[stage.layer.bias() + c];
                    stage.convolution.collect(c, stage.maps.of(c), bias, stage.scratch[worker]);
                    passOn(parameters, stage.layer, stage.maps, c, next, stage.mapScratch[worker], rows[worker]);
                }
            });
        }
        Stage last = stages.get(stages.size() - 1);
        last.convolution.multiply(0, 1);
        last.convolution.collect(0, head.maps(), parameters[last.layer.bias()], last.scratch[0]);
        pool.run((worker, workers) -> head.activate(output, worker, workers));
    }

    @Override
    public void backward(float[] outputGradient, float[] parameterGradient) {
        if (lastParameters == null) {
            throw new IllegalStateException("backward needs a forward pass before it");
        }
        requireLength("output gradient", outputGradient, outputCount());
        requireLength("parameter gradient", parameterGradient, layout.parameterCount());
        float[] parameters = lastParameters;
        backwardMaps(parameters, outputGradient, parameterGradient);
        pool.run((worker, workers) -> {
            first.gradients(parameters, firstGradient, parameterGradient, worker, workers);
            collectGradients(
                    parameterGradient,
                    WorkerPool.from(parameters.length, worker, workers),
                    WorkerPool.from(parameters.length, worker + 1, workers));
        });
    }

    /**
     * The backward pass down to the first layer's product. Leaves the weights' gradients in native memory, from where
     * {@link #collectGradients} takes them; all other gradients behind the first layer are written.
     */
    void backwardMaps(float[] parameters, float[] outputGradient, float[] gradient) {
        Stage last = stages.get(stages.size() - 1);
        gradient[last.layer.bias()] = (float) head.backward(outputGradient);
        last.convolution.spread(0, head.gradientMaps());
        for (int s = stages.size() - 1; s >= 0; s--) {
            Stage stage = stages.get(s);
            Stage before = s == 0 ? null : stages.get(s - 1);
            Layer layerBefore = layout.layers().get(s);
            pool.run((worker, workers) -> {
                int from = WorkerPool.from(stage.layer.inChannels(), worker, workers);
                int to = WorkerPool.from(stage.layer.inChannels(), worker + 1, workers);
                stage.convolution.multiplyBackward(from, to);
                int run = stage.convolution.planes().run();
                float[] row = rows[worker];
                for (int c = from; c < to; c++) {
                    stage.convolution.inputGradient().get(c * run, row, 0, run);
                    if (before == null) {
                        float[][] maps = firstScratch[worker];
                        passBack(parameters, gradient, layerBefore, firstMaps, c, row, maps);
                        takeFirst(c, maps[0]);
                    } else {
                        float[][] maps = before.mapScratch[worker];
                        passBack(parameters, gradient, layerBefore, before.maps, c, row, maps);
                        before.convolution.spread(c, maps);
                    }
                }
            });
        }
        for (Stage stage : stages) {
            stage.collectTurned(gradient);
        }
    }

    /** Copies the weights that lie in {@code from .. to - 1} of the flat buffer to where the products read them. */
    void loadWeights(float[] parameters, int from, int to) {
        for (Stage stage : stages) {
            int start = Math.max(from, stage.layer.weight());
            int end = Math.min(to, stage.layer.weight() + stage.layer.weightCount());
            if (start < end && !stage.turned()) {
                stage.convolution.weight().put(start - stage.layer.weight(), parameters, start, end - start);
            }
        }
    }

    /** Copies the weights' gradients that lie in {@code from .. to - 1} into the flat buffer. */
    void collectGradients(float[] gradient, int from, int to) {
        for (Stage stage : stages) {
            int start = Math.max(from, stage.layer.weight());
            int end = Math.min(to, stage.layer.weight() + stage.layer.weightCount());
            if (start < end && !stage.turned()) {
                stage.convolution.weightGradient().get(start - stage.layer.weight(), gradient, start, end - start);
            }
        }
    }

    @Override
    public float[] runningStatistics() {
        float[] statistics = new float[layout.statisticsCount()];
        if (layout.spec().batchNorm()) {
            firstMaps.runningStatistics(statistics, layout.layers().get(0).statistics());
            for (Stage stage : stages.subList(0, stages.size() - 1)) {
                stage.maps.runningStatistics(statistics, stage.layer.statistics());
            }
        }
        return statistics;
    }

    @Override
    public void close() {
        stages.forEach(stage -> stage.convolution.close());
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

    private void placeFirst(int channel, float bias) {
        float[] map = firstMaps.of(channel)[0];
        Planes planes = new Planes(4);
        for (int y = 0; y < 4; y++) {
            for (int x = 0; x < 4; x++) {
                map[y * planes.stride() + x] = first.output(channel * 16 + y * 4 + x) + bias;
            }
        }
    }

    private void takeFirst(int channel, float[] map) {
        Planes planes = new Planes(4);
        for (int y = 0; y < 4; y++) {
            System.arraycopy(map, y * planes.stride(), firstGradient, channel * 16 + y * 4, 4);
        }
    }

    private static void passOn(
            float[] parameters,
            Layer layer,
            FeatureMaps maps,
            int channel,
            TransposedConvolution next,
            float[][] scratch,
            float[] row) {
        float gamma = layer.gamma() < 0 ? 1 : parameters[layer.gamma() + channel];
        float beta = layer.beta() < 0 ? 0 : parameters[layer.beta() + channel];
        maps.forward(channel, gamma, beta, scratch, row);
        int run = next.planes().run();
        next.input().put(channel * run, row, 0, run);
    }

    private static void passBack(
            float[] parameters,
            float[] gradient,
            Layer layer,
            FeatureMaps maps,
            int channel,
            float[] row,
            float[][] mapGradient) {
        float gamma = layer.gamma() < 0 ? 1 : parameters[layer.gamma() + channel];
        double[] sums = maps.backward(channel, gamma, row, mapGradient);
        if (layer.gamma() >= 0) {
            gradient[layer.gamma() + channel] = (float) sums[0];
            gradient[layer.beta() + channel] = (float) sums[1];
        } else {
            gradient[layer.bias() + channel] = (float) sums[1];
        }
    }

    /** One layer behind the first and the buffers of its workers. */
    private static final class Stage {
        private final Layer layer;
        private final TransposedConvolution convolution;
        private final FeatureMaps maps;
        private final float[][][] scratch;
        private final float[][][] mapScratch;
        private final float[] turnedWeight;

        Stage(Layer layer, int workers) {
            this.layer = layer;
            int stride = layer.kind() == Kind.UPSAMPLING ? 2 : 1;
            int padding = layer.kind() == Kind.LAST ? 2 : 1;
            this.convolution = new TransposedConvolution(
                    layer.inChannels(), layer.outChannels(), layer.inEdge(), layer.kernel(), stride, padding);
            this.maps = layer.kind() == Kind.LAST
                    ? null
                    : new FeatureMaps(
                            layer.outChannels(), convolution.planes(), stride, layer.gamma() >= 0, layer.relu());
            this.scratch = new float[workers][][];
            this.mapScratch = new float[workers][][];
            for (int worker = 0; worker < workers; worker++) {
                scratch[worker] = convolution.newScratch();
                mapScratch[worker] = maps == null ? null : maps.newMaps();
            }
            this.turnedWeight = turned() ? new float[layer.weightCount()] : null;
        }

        /** Whether the weight is stored as [out][in] for a correlation, and not as [in][out]. */
        boolean turned() {
            return layer.kind() != Kind.UPSAMPLING;
        }

        void loadTurned(float[] parameters) {
            if (turned()) {
                turn((flat, turned) -> turnedWeight[turned] = parameters[layer.weight() + flat]);
                convolution.weight().put(0, turnedWeight, 0, turnedWeight.length);
            }
        }

        void collectTurned(float[] gradient) {
            if (turned()) {
                convolution.weightGradient().get(0, turnedWeight, 0, turnedWeight.length);
                turn((flat, turned) -> gradient[layer.weight() + flat] = turnedWeight[turned]);
            }
        }

        private void turn(IndexPair pair) {
            int taps = layer.kernel() * layer.kernel();
            for (int out = 0; out < layer.outChannels(); out++) {
                for (int in = 0; in < layer.inChannels(); in++) {
                    for (int tap = 0; tap < taps; tap++) {
                        pair.accept(
                                (out * layer.inChannels() + in) * taps + tap,
                                (in * layer.outChannels() + out) * taps + taps - 1 - tap);
                    }
                }
            }
        }
    }

    @FunctionalInterface
    private interface IndexPair {
        void accept(int flat, int turned);
    }
}
