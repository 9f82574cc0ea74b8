// SPDX-License-Identifier: Apache-2.0
package fizeau.backend.cuda;

import fizeau.backend.Closing;
import fizeau.backend.Precision;
import fizeau.backend.cuda.raw.CublasHandle;
import fizeau.backend.cuda.raw.CudnnHandle;
import fizeau.backend.cuda.raw.DeviceMemory;
import fizeau.kernels.DeviceAddress;
import fizeau.kernels.HeadGradientParameters;
import fizeau.kernels.HeadImageParameters;
import fizeau.kernels.ImageWindow;
import fizeau.kernels.LayerMaps;
import fizeau.kernels.ParameterStep;
import fizeau.reconstruct.DecoderLayout;
import fizeau.reconstruct.DecoderLayout.Layer;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;

/**
 * The progressive decoder by NVIDIA's libraries: cuDNN for convolutions and batch norm, cuBLAS for the first layer, kernels of
 * our own for ReLU, sigmoid and frame. Gradients are written, never stepped with at once. Owns its memory, handles and
 * descriptors, borrows the session.
 */
final class LibraryDecoder implements DecoderPasses {

    private final CudaSession session;
    private final DecoderLayout layout;
    private final List<AutoCloseable> owned = new ArrayList<>();
    private final DeviceArrays arrays;
    private final CublasHandle cublas;
    private final List<LibraryLayer> layers = new ArrayList<>();
    private final DeviceMemory parameters;
    private final DeviceMemory workspace; // of all convolutions, which follow one another; null where none needs any
    private final DeviceMemory scratch;
    private final ConvolutionOperands operands;
    private final ImageWindow window;
    private final LayerMaps head;

    /**
     * @param precision of products; that of one row, in the first layer, is no worse than TF32, because it is bound by the
     *     weights' way to the chip, which narrowing them first would make longer
     * @param measured whether the algorithms of convolutions are chosen by measurement
     */
    LibraryDecoder(CudaSession session, DecoderLayout layout, Precision precision, boolean measured) {
        this.session = session;
        this.layout = layout;
        try {
            this.arrays = own(new DeviceArrays(session));
            CudnnHandle cudnn = own(CudnnHandle.open(session.context(), session.cudnn(), session.stream()));
            this.cublas = own(CublasHandle.open(
                    session.context(), session.cublas(), session.stream(), precision == Precision.TF32));
            this.parameters = arrays.floats(layout.parameterCount(), "a decoder's parameters");
            for (Layer layer : layout.layers()) {
                layers.add(new LibraryLayer(layer, session, cudnn, owned, arrays, precision, measured));
            }
            long bytes = layers.stream()
                    .mapToLong(LibraryLayer::workspaceBytes)
                    .max()
                    .orElse(0);
            this.workspace = bytes == 0 ? null : arrays.own(session.allocate(bytes, "the workspace of cuDNN"));
            long largest = layers.stream().mapToLong(LibraryLayer::count).max().orElseThrow();
            this.scratch = arrays.floats(largest, "a gradient before batch norm");
            this.operands = precision == Precision.BF16
                    ? new NarrowOperands(session, arrays, layers, parameters)
                    : ConvolutionOperands.asTheyAre(parameters);
            this.window = ImageWindow.of(last().layer().outEdge(), layout.spec().outputSize());
            this.head = headMaps();
        } catch (RuntimeException failure) {
            throw Closing.afterFailure(failure, this::close);
        }
    }

    private <T extends AutoCloseable> T own(T part) {
        owned.add(part);
        return part;
    }

    /** What {@code head_gradient} knows of the last layer. */
    private LayerMaps headMaps() {
        Layer layer = last().layer();
        int slots = HeadGradientParameters.slots(layer.outEdge());
        return new LayerMaps(
                DeviceAddress.NULL,
                DeviceAddress.NULL,
                last().gradient(),
                arrays.doubles(2L * slots, "sums of gradients").address(),
                DeviceAddress.NULL,
                DeviceAddress.NULL,
                layer.outChannels(),
                layer.outEdge(),
                1,
                slots,
                layer.gamma(),
                layer.beta(),
                layer.bias(),
                0);
    }

    private LibraryLayer last() {
        return layers.get(layers.size() - 1);
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
        return () -> queueForward(image);
    }

    private void queueForward(DeviceAddress image) {
        LibraryLayer first = layers.get(0);
        cublas.vectorTimesMatrix(
                parameters.address(),
                weight(first, parameters.address()),
                first.values(),
                first.layer().inChannels(),
                (int) first.count());
        first.activate(parameters);
        operands.takeWeights();
        for (int s = 1; s < layers.size(); s++) {
            LibraryLayer layer = layers.get(s);
            layer.convolve(
                    operands.take(layers.get(s - 1)),
                    weight(layer, operands),
                    operands.place(layer.values()),
                    workspace);
            operands.finish(layer.values(), layer.count());
            if (layer != last()) {
                layer.activate(parameters);
            }
        }
        session.launch(HeadImageParameters.of(
                last().values(), parameters.address(), image, last().layer().bias(), head.edge(), window));
    }

    /** Whatever {@code shared} says: every gradient is a call of its own here. */
    @Override
    public Runnable backward(
            DeviceAddress image,
            DeviceAddress imageGradient,
            ParameterStep step,
            boolean latentTrained,
            boolean shared) {
        if (step.fused() != 0) {
            throw new IllegalArgumentException(
                    "the library level writes gradients: they cannot be stepped with at once");
        }
        return () -> queueBackward(image, imageGradient, step.gradients(), latentTrained);
    }

    private void queueBackward(
            DeviceAddress image, DeviceAddress imageGradient, DeviceAddress gradients, boolean latentTrained) {
        session.launch(HeadGradientParameters.of(image, imageGradient, head, window));
        for (int s = layers.size() - 1; s >= 1; s--) {
            LibraryLayer layer = layers.get(s);
            LibraryLayer before = layers.get(s - 1);
            DeviceAddress own = layer.activateBackward(parameters, gradients, scratch.address());
            DeviceAddress taken = operands.take(own, layer.count());
            DeviceAddress weightGradient = weight(layer, gradients);
            layer.weightGradient(operands.taken(before), taken, operands.place(weightGradient), workspace);
            operands.finish(weightGradient, layer.layer().weightCount());
            layer.dataGradient(taken, weight(layer, operands), operands.place(before.gradient()), workspace);
            operands.finish(before.gradient(), before.count());
        }
        LibraryLayer first = layers.get(0);
        int latents = first.layer().inChannels();
        int outputs = (int) first.count();
        DeviceAddress own = first.activateBackward(parameters, gradients, scratch.address());
        cublas.outerProduct(parameters.address(), own, weight(first, gradients), latents, outputs);
        if (latentTrained) {
            cublas.matrixTimesVector(weight(first, parameters.address()), own, gradients, latents, outputs);
        }
    }

    /** As convolutions take it. */
    private static DeviceAddress weight(LibraryLayer layer, ConvolutionOperands operands) {
        return operands.weight(layer.layer().weight());
    }

    private static DeviceAddress weight(LibraryLayer layer, DeviceAddress flat) {
        return LibraryLayer.at(flat, layer.layer().weight());
    }

    @Override
    public float[] runningStatistics() {
        float[] statistics = new float[layout.statisticsCount()];
        for (LibraryLayer layer : layers) {
            int at = layer.layer().statistics();
            if (at >= 0) {
                session.download(
                        layer.running(), 0, statistics, at, 2 * layer.layer().outChannels());
            }
        }
        return statistics;
    }

    @Override
    public void close() {
        List<AutoCloseable> newestFirst = new ArrayList<>(owned);
        Collections.reverse(newestFirst);
        owned.clear();
        Closing.all(newestFirst);
    }
}
