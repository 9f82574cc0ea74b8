// SPDX-License-Identifier: Apache-2.0
package fizeau.bench.infer.cuda;

import fizeau.backend.Closing;
import fizeau.backend.cuda.CudaBackend;
import fizeau.backend.cuda.DeviceLayers;
import fizeau.bench.infer.MeteredAlgebra;
import fizeau.bench.infer.Network;
import fizeau.bench.infer.NumberFormat;
import fizeau.bench.infer.Room;
import fizeau.bench.infer.Session;
import fizeau.bench.infer.TensorFile;
import fizeau.bench.ops.cuda.DeviceLowering;
import fizeau.bench.ops.cuda.DeviceWays;
import java.util.List;

/** A network on a GPU: one graph of all its steps, over memory that is taken once. Owns the backend. */
public final class DeviceSession implements Session {
    private final Network network;
    private final CudaBackend backend;
    private final DeviceLayers layers;
    private final DeviceLowering plan;

    /**
     * @param backend closed with this session, and where it cannot be opened
     * @throws UnsupportedOperationException in one sentence for a number format or a library that is not here
     * @throws OutOfMemoryError in one sentence where the device has less free than weights and pictures alone need
     */
    public DeviceSession(Network network, TensorFile weights, NumberFormat format, CudaBackend backend) {
        this.network = network;
        this.backend = backend;
        DeviceLayers opened = null;
        try {
            if (format != NumberFormat.FLOAT32) {
                throw new UnsupportedOperationException(
                        "the engine computes in float32 on a GPU: " + format.word() + " is there on the CPU only");
            }
            opened = open(backend);
            double least = (double) network.batch() * network.inputCount() + network.weightCount();
            Room.require(network.batch(), Float.BYTES * least, opened.freeBytes());
            this.plan = new DeviceLowering(
                    opened,
                    network,
                    network.parameters(0),
                    DeviceWays.USUAL,
                    parameter -> weights.array(parameter.name()));
            plan.bind();
            opened.load(
                    new float[Math.toIntExact(network.inputCount())],
                    plan.inputOffset(),
                    network.batch() * network.inputCount());
            opened.capture(() -> plan.steps().forEach(step -> step.work().run()), true);
            this.layers = opened;
        } catch (RuntimeException | Error failure) {
            if (opened != null) {
                Closing.afterFailure(failure, opened);
            }
            Closing.afterFailure(failure, backend);
            throw failure;
        }
    }

    private static DeviceLayers open(CudaBackend backend) {
        try {
            return backend.openLayers();
        } catch (IllegalArgumentException missing) {
            throw new UnsupportedOperationException(missing.getMessage(), missing);
        }
    }

    @Override
    public void input(float[] pictures) {
        layers.load(pictures, plan.inputOffset(), network.batch() * network.inputCount());
    }

    @Override
    public void run() {
        layers.replay();
    }

    @Override
    public float[] output() {
        return layers.read(plan.outputOffset(), Math.toIntExact(network.outputCount()));
    }

    @Override
    public String library() {
        return layers.library() + (layers.captured() ? ", one graph" : ", no graph");
    }

    @Override
    public String threads() {
        return "1 on the host";
    }

    @Override
    public Long deviceBytes() {
        return layers.deviceBytes();
    }

    @Override
    public List<Part> profile() {
        MeteredAlgebra meter = new MeteredAlgebra();
        for (DeviceLowering.Step step : plan.steps()) {
            meter.add(step.name(), layers.millis(step.work()));
        }
        return meter.parts();
    }

    @Override
    public void close() {
        Closing.all(List.of(layers, backend));
    }
}
