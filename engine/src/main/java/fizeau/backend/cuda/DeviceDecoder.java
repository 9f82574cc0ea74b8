// SPDX-License-Identifier: Apache-2.0
package fizeau.backend.cuda;

import fizeau.backend.Closing;
import fizeau.backend.cuda.raw.DeviceMemory;
import fizeau.kernels.ConvolutionShape;
import fizeau.kernels.DataGradient;
import fizeau.kernels.DecoderBackwardParameters;
import fizeau.kernels.DecoderConvolveParameters;
import fizeau.kernels.DecoderFirstParameters;
import fizeau.kernels.DecoderFirstStepParameters;
import fizeau.kernels.DeviceAddress;
import fizeau.kernels.GatherWeightsParameters;
import fizeau.kernels.HeadGradientParameters;
import fizeau.kernels.ImageWindow;
import fizeau.kernels.KernelParameters;
import fizeau.kernels.LayerMaps;
import fizeau.kernels.ParameterStep;
import fizeau.kernels.WeightGradient;
import fizeau.reconstruct.DecoderLayout;
import fizeau.reconstruct.DecoderLayout.Kind;
import fizeau.reconstruct.DecoderLayout.Layer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * The progressive decoder by our own kernels: its parameters, maps and batch-norm state, and both passes as lists of launches,
 * which are the same for every pass. Owns its memory, borrows the session.
 */
final class DeviceDecoder implements DecoderPasses {

    private static final int APPLIED = 4; // numbers per channel that the forward pass leaves for the way back
    private static final int SEGMENT = 4; // numbers that tell gather_weights of a layer

    private final CudaSession session;
    private final DecoderLayout layout;
    private final DeviceArrays arrays;
    private final DeviceMemory parameters;
    private final List<Layer> layers;
    private final ConvolutionShape[] shapes; // of the layers behind the first, at their place
    private final LayerMaps[] maps;
    private final DeviceMemory[] running;
    private final ImageWindow window;
    private final DeviceAddress parts;
    private final DeviceAddress[] ownParts;
    private final DeviceAddress segments;
    private final int segmentCount;
    private final int largestSegment;

    DeviceDecoder(CudaSession session, DecoderLayout layout) {
        this.session = session;
        this.layout = layout;
        this.layers = layout.layers();
        this.arrays = new DeviceArrays(session);
        this.shapes = new ConvolutionShape[layers.size()];
        this.maps = new LayerMaps[layers.size()];
        this.running = new DeviceMemory[layers.size()];
        this.ownParts = new DeviceAddress[layers.size()];
        for (int s = 1; s < shapes.length; s++) {
            shapes[s] = shapeOf(layers.get(s));
        }
        this.window = ImageWindow.of(last().outEdge(), layout.spec().outputSize());
        try {
            this.parameters = arrays.floats(layout.parameterCount(), "a decoder's parameters");
            for (int s = 0; s < maps.length; s++) {
                maps[s] = mapsOf(s);
            }
            int[] table = segmentTable();
            this.segmentCount = table.length / SEGMENT;
            this.largestSegment = largest(table);
            this.parts = segmentCount == 0
                    ? DeviceAddress.NULL
                    : arrays.floats(partCount(table), "parts of weight gradients")
                            .address();
            this.segments =
                    segmentCount == 0 ? DeviceAddress.NULL : arrays.copyOf(table, "a table of weight gradients");
            placeParts(table);
        } catch (RuntimeException failure) {
            throw Closing.afterFailure(failure, arrays);
        }
    }

    private static ConvolutionShape shapeOf(Layer layer) {
        boolean upsampling = layer.kind() == Kind.UPSAMPLING;
        int padding = layer.kind() == Kind.LAST ? 2 : 1;
        return new ConvolutionShape(
                upsampling ? 2 : 1, padding, layer.inChannels(), layer.outChannels(), layer.inEdge());
    }

    private LayerMaps mapsOf(int s) {
        Layer layer = layers.get(s);
        boolean isLast = layer.kind() == Kind.LAST;
        int channels = layer.outChannels();
        long pixels = (long) channels * layer.outEdge() * layer.outEdge();
        int slots = s == 0 ? 1 : DecoderConvolveParameters.slots(shapes[s]);
        int gradientSlots = isLast ? HeadGradientParameters.slots(layer.outEdge()) : DataGradient.slots(shapes[s + 1]);
        float[] start = new float[2 * channels];
        Arrays.fill(start, channels, 2 * channels, 1);
        running[s] = arrays.copyOf(start, "running statistics");
        return new LayerMaps(
                isLast ? DeviceAddress.NULL : arrays.floats(pixels, "maps").address(),
                arrays.doubles(2L * channels * slots, "sums of maps").address(),
                arrays.floats(pixels, "gradients of maps").address(),
                arrays.doubles(2L * channels * gradientSlots, "sums of gradients")
                        .address(),
                running[s].address(),
                arrays.floats((long) APPLIED * channels, "scales").address(),
                channels,
                layer.outEdge(),
                slots,
                gradientSlots,
                layer.gamma(),
                layer.beta(),
                layer.bias(),
                layer.relu() ? 1 : 0);
    }

    /** Of every layer whose weight gradient comes in parts: first part, number of parts, weight, weights. */
    private int[] segmentTable() {
        List<Integer> table = new ArrayList<>();
        int start = 0;
        for (int s = 1; s < shapes.length; s++) {
            int splits = WeightGradient.splits(shapes[s]);
            if (splits > 1) {
                int count = shapes[s].weightCount();
                table.addAll(List.of(start, splits, layers.get(s).weight(), count));
                start = Math.addExact(start, Math.multiplyExact(splits, count));
            }
        }
        return table.stream().mapToInt(Integer::intValue).toArray();
    }

    private static int largest(int[] table) {
        int most = 0;
        for (int i = 0; i < table.length; i += SEGMENT) {
            most = Math.max(most, table[i + 3]);
        }
        return most;
    }

    private static long partCount(int[] table) {
        int at = table.length - SEGMENT;
        return table[at] + (long) table[at + 1] * table[at + 3];
    }

    private void placeParts(int[] table) {
        Arrays.fill(ownParts, DeviceAddress.NULL);
        for (int s = 1; s < shapes.length; s++) {
            for (int i = 0; i < table.length; i += SEGMENT) {
                if (table[i + 2] == layers.get(s).weight()) {
                    ownParts[s] = parts.plusBytes((long) Float.BYTES * table[i]);
                }
            }
        }
    }

    @Override
    public DeviceMemory parameters() {
        return parameters;
    }

    @Override
    public void load(float[] values) {
        session.upload(values, parameters);
    }

    @Override
    public DeviceMemory newImage(DeviceArrays owner, String purpose) {
        int edge = layout.spec().outputSize();
        return owner.zeroFloats((long) edge * edge, purpose);
    }

    @Override
    public Runnable forward(DeviceAddress image) {
        List<KernelParameters> launches = new ArrayList<>();
        Layer first = layers.get(0);
        launches.add(new DecoderFirstParameters(parameters.address(), maps[0], first.inChannels(), first.weight()));
        for (int s = 1; s < shapes.length; s++) {
            int weight = layers.get(s).weight();
            launches.add(
                    layers.get(s).kind() == Kind.LAST
                            ? DecoderConvolveParameters.toImage(
                                    shapes[s], maps[s - 1], maps[s], parameters.address(), weight, image, window)
                            : DecoderConvolveParameters.toMaps(
                                    shapes[s], maps[s - 1], maps[s], parameters.address(), weight));
        }
        return () -> launches.forEach(session::launch);
    }

    @Override
    public Runnable backward(
            DeviceAddress image,
            DeviceAddress imageGradient,
            ParameterStep step,
            boolean latentTrained,
            boolean shared) {
        List<KernelParameters> launches = new ArrayList<>();
        int end = shapes.length - 1;
        launches.add(HeadGradientParameters.of(image, imageGradient, maps[end], window));
        WeightGradient waiting = null; // one launch late, so that nobody reads a weight any more when it is stepped
        for (int s = end; s >= 1; s--) {
            int weight = layers.get(s).weight();
            DataGradient data = DataGradient.of(shapes[s], maps[s - 1], maps[s], weight);
            WeightGradient weights = WeightGradient.of(shapes[s], maps[s - 1], maps[s], ownParts[s], weight);
            if (shared) {
                launches.add(new DecoderBackwardParameters(data, waiting == null ? weights.idle() : waiting, step));
                waiting = weights;
            } else {
                launches.add(new DecoderBackwardParameters(data, weights.idle(), step));
                launches.add(new DecoderBackwardParameters(data.idle(), weights, step));
            }
        }
        if (waiting != null) {
            DataGradient none =
                    DataGradient.of(shapes[1], maps[0], maps[1], layers.get(1).weight());
            launches.add(new DecoderBackwardParameters(none.idle(), waiting, step));
        }
        if (segmentCount > 0) {
            launches.add(GatherWeightsParameters.of(parts, segments, segmentCount, largestSegment, step));
        }
        Layer first = layers.get(0);
        launches.add(new DecoderFirstStepParameters(
                maps[0], step, first.inChannels(), first.weight(), latentTrained ? 1 : 0));
        return () -> launches.forEach(session::launch);
    }

    @Override
    public float[] runningStatistics() {
        float[] statistics = new float[layout.statisticsCount()];
        for (int s = 0; s < layers.size(); s++) {
            if (layers.get(s).statistics() >= 0) {
                session.download(
                        running[s],
                        0,
                        statistics,
                        layers.get(s).statistics(),
                        2 * layers.get(s).outChannels());
            }
        }
        return statistics;
    }

    private Layer last() {
        return layers.get(layers.size() - 1);
    }

    @Override
    public void close() {
        arrays.close();
    }
}
