// SPDX-License-Identifier: Apache-2.0
package fizeau.bench.ops.cuda;

import fizeau.backend.Closing;
import fizeau.backend.cuda.CudaBackend;
import fizeau.backend.cuda.DeviceLayers;
import fizeau.bench.ops.Agreement;
import fizeau.bench.ops.CallTiming;
import fizeau.bench.ops.OperatorShape;
import fizeau.bench.ops.Parameter;
import fizeau.bench.ops.Reference;
import java.util.List;

/** An operator on a device, done in one way, its input there. Owns its layers, borrows the backend. */
final class DeviceOperator implements CallTiming.Call, AutoCloseable {
    /** Values that go to the device at once: an input may be larger than the heap. */
    private static final int PIECE = 1 << 20;

    private final Reference reference;
    private final DeviceLayers layers;
    private final DeviceLowering plan;

    /** @throws UnsupportedOperationException where it cannot be done in this way */
    DeviceOperator(CudaBackend backend, OperatorShape shape, long seed, DeviceWays ways, Reference reference) {
        this.reference = reference;
        this.layers = backend.openLayers();
        try {
            List<Parameter> parameters = shape.parameters(seed);
            plan = new DeviceLowering(layers, shape, parameters, ways, DeviceOperator::values);
            plan.bind();
            load(parameters.get(0));
            layers.capture(() -> plan.steps().forEach(step -> step.work().run()), ways.graph());
        } catch (RuntimeException | Error failure) {
            Closing.afterFailure(failure, layers);
            throw failure;
        }
    }

    private static float[] values(Parameter parameter) {
        float[] values = new float[Math.toIntExact(parameter.count())];
        parameter.values().fill(values, 0, values.length);
        return values;
    }

    private void load(Parameter input) {
        float[] piece = new float[(int) Math.min(PIECE, input.count())];
        for (long from = 0; from < input.count(); from += PIECE) {
            int count = (int) Math.min(PIECE, input.count() - from);
            input.values().fill(piece, from, count);
            layers.load(piece, plan.inputOffset() + Float.BYTES * from, count);
        }
    }

    @Override
    public void run() {
        layers.replay();
    }

    @Override
    public Agreement check() {
        long[] positions = reference.positions();
        double[] computed = new double[positions.length];
        for (int i = 0; i < positions.length; i++) {
            computed[i] = layers.read(plan.outputOffset() + Float.BYTES * positions[i], 1)[0];
        }
        return reference.agreement(computed);
    }

    @Override
    public void close() {
        layers.close();
    }
}
