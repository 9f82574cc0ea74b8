// SPDX-License-Identifier: Apache-2.0
package fizeau.bench.infer.onednn;

import fizeau.bench.infer.MeteredAlgebra;
import fizeau.bench.infer.Network;
import fizeau.bench.infer.NumberFormat;
import fizeau.bench.infer.Session;
import fizeau.bench.infer.TensorFile;
import fizeau.bench.onednn.OneDnn;
import java.util.List;
import org.bytedeco.dnnl.memory;
import org.bytedeco.javacpp.FloatPointer;
import org.bytedeco.javacpp.PointerScope;

/** A network as a list of oneDNN's primitives over one block of memory; a call allocates nothing. */
public final class OneDnnSession implements Session {
    private final PointerScope scope = new PointerScope();
    private final Network network;
    private final int threads;
    private final OneDnn dnn = new OneDnn();
    private final Lowering plan;
    private final FloatPointer input;
    private final FloatPointer output;

    /** @param threads as the process was told by {@code OMP_NUM_THREADS} */
    public OneDnnSession(Network network, TensorFile weights, NumberFormat format, int threads) {
        this.network = network;
        this.threads = threads;
        try {
            this.plan = new Lowering(dnn, network, weights, type(format));
            plan.bind();
            this.input = new FloatPointer(plan.input().get_data_handle());
            this.output = new FloatPointer(plan.output().get_data_handle());
        } catch (RuntimeException | Error failure) {
            scope.close();
            throw failure;
        }
    }

    @Override
    public void input(float[] pictures) {
        long all = network.batch() * network.inputCount();
        for (long from = 0; from < all; from += pictures.length) {
            input.position(from).put(pictures, 0, (int) Math.min(pictures.length, all - from));
        }
        input.position(0);
    }

    @Override
    public void run() {
        for (Lowering.Step step : plan.steps()) {
            dnn.run(step.primitive(), step.arguments());
        }
        dnn.await();
    }

    @Override
    public float[] output() {
        float[] scores = new float[Math.toIntExact(network.outputCount())];
        output.get(scores);
        return scores;
    }

    @Override
    public String library() {
        return OneDnn.version();
    }

    @Override
    public String threads() {
        return threads + " OpenMP";
    }

    @Override
    public List<Part> profile() {
        MeteredAlgebra meter = new MeteredAlgebra();
        for (Lowering.Step step : plan.steps()) {
            long before = System.nanoTime();
            dnn.run(step.primitive(), step.arguments());
            dnn.await();
            meter.add(step.name(), (System.nanoTime() - before) * 1e-6);
        }
        return meter.parts();
    }

    @Override
    public void close() {
        scope.close();
    }

    private static memory.data_type type(NumberFormat format) {
        return switch (format) {
            case FLOAT32 -> memory.data_type.f32;
            case FLOAT16 -> memory.data_type.f16;
            case BFLOAT16 -> memory.data_type.bf16;
        };
    }
}
