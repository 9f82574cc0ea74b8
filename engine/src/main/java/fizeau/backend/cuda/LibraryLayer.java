// SPDX-License-Identifier: Apache-2.0
package fizeau.backend.cuda;

import fizeau.backend.Precision;
import fizeau.backend.cuda.ConvolutionChoices.Choice;
import fizeau.backend.cuda.raw.CudnnChannels;
import fizeau.backend.cuda.raw.CudnnConvolution;
import fizeau.backend.cuda.raw.CudnnConvolution.Geometry;
import fizeau.backend.cuda.raw.CudnnConvolution.Pass;
import fizeau.backend.cuda.raw.CudnnHandle;
import fizeau.backend.cuda.raw.DeviceMemory;
import fizeau.kernels.ActivateParameters;
import fizeau.kernels.DeviceAddress;
import fizeau.kernels.GateGradientParameters;
import fizeau.reconstruct.DecoderLayout.Kind;
import fizeau.reconstruct.DecoderLayout.Layer;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;

/**
 * One layer of the decoder by cuDNN: its convolution (the first layer has none), what follows it channel by channel, and its
 * maps. Borrows all it holds from the decoder.
 */
final class LibraryLayer {

    private static final int STATISTICS = 2; // numbers per channel

    private final Layer layer;
    private final CudaSession session;
    private final CudnnConvolution convolution;
    private final CudnnChannels channels;
    private final Map<Pass, Choice> choices = new EnumMap<>(Pass.class);
    private final long pixels;
    private final DeviceMemory values;
    private final DeviceMemory activated;
    private final DeviceMemory gradient;
    private final DeviceMemory running;
    private final CudnnChannels.Statistics statistics;

    /**
     * @param owned takes over what is to be closed, in the order of opening
     * @param arrays own the maps
     * @param precision of convolutions
     * @param measured whether algorithms are chosen by measurement
     */
    LibraryLayer(
            Layer layer,
            CudaSession session,
            CudnnHandle cudnn,
            List<AutoCloseable> owned,
            DeviceArrays arrays,
            Precision precision,
            boolean measured) {
        this.layer = layer;
        this.session = session;
        this.pixels = (long) layer.outEdge() * layer.outEdge();
        this.channels = CudnnChannels.open(cudnn, layer.outChannels(), layer.outEdge());
        owned.add(channels);
        if (layer.kind() == Kind.FIRST) {
            this.convolution = null;
        } else {
            this.convolution = CudnnConvolution.open(cudnn, geometryOf(layer), precision);
            owned.add(convolution);
            for (Pass pass : Pass.values()) {
                choices.put(pass, session.convolutions().choose(convolution, pass, measured));
            }
        }
        long count = layer.outChannels() * pixels;
        this.values = arrays.floats(count, "maps");
        this.activated = normalises() ? arrays.floats(count, "activated maps") : values;
        this.gradient = arrays.floats(count, "gradients of maps");
        float[] start = new float[STATISTICS * layer.outChannels()];
        Arrays.fill(start, layer.outChannels(), start.length, 1);
        this.running = arrays.copyOf(start, "running statistics");
        DeviceAddress saved =
                arrays.floats(start.length, "statistics of a pass").address();
        long half = (long) Float.BYTES * layer.outChannels();
        this.statistics = new CudnnChannels.Statistics(
                running.address(), running.address().plusBytes(half), saved, saved.plusBytes(half));
    }

    /** Of the plain convolution: the one that an upsampling layer transposes. */
    private static Geometry geometryOf(Layer layer) {
        return switch (layer.kind()) {
            case UPSAMPLING ->
                new Geometry(layer.outChannels(), layer.outEdge(), layer.inChannels(), layer.kernel(), 2, 1);
            case REFINEMENT ->
                new Geometry(layer.inChannels(), layer.inEdge(), layer.outChannels(), layer.kernel(), 1, 1);
            case LAST -> new Geometry(layer.inChannels(), layer.inEdge(), layer.outChannels(), layer.kernel(), 1, 0);
            case FIRST -> throw new IllegalArgumentException("the first layer is a matrix product");
        };
    }

    Layer layer() {
        return layer;
    }

    private boolean transposed() {
        return layer.kind() == Kind.UPSAMPLING;
    }

    private boolean normalises() {
        return layer.gamma() >= 0;
    }

    /** Bytes that its algorithms work in at most. */
    long workspaceBytes() {
        return choices.values().stream().mapToLong(Choice::workspaceBytes).max().orElse(0);
    }

    /** Floats of a map of each channel. */
    long count() {
        return layer.outChannels() * pixels;
    }

    /** What the convolution, or the matrix product of the first layer, puts out. */
    DeviceAddress values() {
        return values.address();
    }

    /** What the next layer reads. */
    DeviceAddress activated() {
        return activated.address();
    }

    /** With respect to what the next layer reads; the way back through the activation replaces it. */
    DeviceAddress gradient() {
        return gradient.address();
    }

    DeviceMemory running() {
        return running;
    }

    /** Queues the convolution; it takes and gives what its precision says. */
    void convolve(DeviceAddress before, DeviceAddress weight, DeviceAddress result, DeviceMemory workspace) {
        if (transposed()) {
            run(Pass.BACKWARD_DATA, result, weight, before, workspace);
        } else {
            run(Pass.FORWARD, before, weight, result, workspace);
        }
    }

    /** Queues batch norm, or the bias, and the ReLU. */
    void activate(DeviceMemory parameters) {
        DeviceAddress start = parameters.address();
        if (normalises()) {
            channels.normalise(values(), activated(), at(start, layer.gamma()), at(start, layer.beta()), statistics);
        }
        if (layer.relu() || layer.bias() >= 0) {
            session.launch(new ActivateParameters(
                    activated(), start, layer.outChannels(), (int) pixels, layer.bias(), layer.relu() ? 1 : 0));
        }
    }

    /**
     * Queues the way back through the activation, with the gradients of its parameters.
     *
     * @param gradients of all parameters
     * @param scratch at least {@link #count} floats
     * @return where the gradient with respect to {@link #values} is then
     */
    DeviceAddress activateBackward(DeviceMemory parameters, DeviceAddress gradients, DeviceAddress scratch) {
        if (layer.relu()) {
            session.launch(new GateGradientParameters(gradient(), activated(), count()));
        }
        if (!normalises()) {
            channels.biasGradient(gradient(), at(gradients, layer.bias()));
            return gradient();
        }
        channels.normaliseBackward(
                values(),
                gradient(),
                scratch,
                at(parameters.address(), layer.gamma()),
                at(gradients, layer.gamma()),
                at(gradients, layer.beta()),
                statistics);
        return scratch;
    }

    /** Queues the gradient of the weight. */
    void weightGradient(
            DeviceAddress before, DeviceAddress valueGradient, DeviceAddress weightGradient, DeviceMemory workspace) {
        if (transposed()) {
            run(Pass.BACKWARD_FILTER, valueGradient, weightGradient, before, workspace);
        } else {
            run(Pass.BACKWARD_FILTER, before, weightGradient, valueGradient, workspace);
        }
    }

    /** Queues the gradient of what the layer read. */
    void dataGradient(
            DeviceAddress valueGradient, DeviceAddress weight, DeviceAddress gradientBefore, DeviceMemory workspace) {
        if (transposed()) {
            run(Pass.FORWARD, valueGradient, weight, gradientBefore, workspace);
        } else {
            run(Pass.BACKWARD_DATA, gradientBefore, weight, valueGradient, workspace);
        }
    }

    private void run(
            Pass pass, DeviceAddress image, DeviceAddress filter, DeviceAddress response, DeviceMemory workspace) {
        convolution.run(pass, choices.get(pass).algorithm(), image, filter, response, workspace);
    }

    /** A parameter's place in a flat buffer. */
    static DeviceAddress at(DeviceAddress flat, int offset) {
        return flat.plusBytes((long) Float.BYTES * offset);
    }
}
