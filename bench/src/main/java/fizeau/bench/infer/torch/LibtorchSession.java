// SPDX-License-Identifier: Apache-2.0
package fizeau.bench.infer.torch;

import fizeau.bench.eager.EagerThreads;
import fizeau.bench.eager.LibtorchFacts;
import fizeau.bench.infer.MeteredAlgebra;
import fizeau.bench.infer.Network;
import fizeau.bench.infer.NumberFormat;
import fizeau.bench.infer.Session;
import fizeau.bench.infer.TensorFile;
import fizeau.bench.ops.Algebra;
import fizeau.bench.ops.LastUses;
import fizeau.bench.ops.Parameter;
import fizeau.bench.ops.torch.EagerAlgebra;
import java.nio.FloatBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
import java.util.function.UnaryOperator;
import org.bytedeco.javacpp.FloatPointer;
import org.bytedeco.javacpp.Pointer;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.NoGradGuard;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;

/**
 * A network on eager libtorch, the way torchvision calls it: one operation after the other, rectifiers in place, and each
 * result let go of after its last use.
 */
public final class LibtorchSession implements Session {
    private final Network network;
    private final torch.ScalarType type;
    private final EagerThreads.Setting threads;
    private final NoGradGuard guard = new NoGradGuard();
    private final LastUses uses;
    private final Function<LastUses, EagerAlgebra> algebra;
    private final List<Tensor> parameters = new ArrayList<>(); // pictures first
    private Tensor output;

    public LibtorchSession(Network network, TensorFile weights, NumberFormat format, int threads, int openBlasThreads) {
        this(network, weights, type(format), InPlaceAlgebra::new, new EagerThreads.Setting(threads, openBlasThreads));
    }

    LibtorchSession(
            Network network,
            TensorFile weights,
            torch.ScalarType type,
            Function<LastUses, EagerAlgebra> algebra,
            EagerThreads.Setting threads) {
        this.network = network;
        this.type = type;
        this.algebra = algebra;
        this.uses = LastUses.of(network);
        this.threads = threads;
        threads.apply();
        parameters.add(torch.empty(0).retainReference());
        for (Parameter weight : network.weights(0)) {
            parameters.add(filled(weight.dims(), weights.values(weight.name())));
        }
    }

    @Override
    public void input(float[] pictures) {
        parameters
                .set(0, filled(network.parameters(0).get(0).dims(), FloatBuffer.wrap(pictures)))
                .close();
    }

    @Override
    public void run() {
        run(UnaryOperator.identity());
    }

    /** @param watched the algebra itself, or one around it */
    void run(UnaryOperator<Algebra<Tensor>> watched) {
        drop();
        try (PointerScope scope = new PointerScope()) {
            Algebra<Tensor> once = watched.apply(algebra.apply(uses));
            output = network.forward(once, parameters).retainReference();
        }
    }

    @Override
    public float[] output() {
        if (output == null) {
            throw new IllegalStateException("no output before the first call");
        }
        try (PointerScope scope = new PointerScope()) {
            float[] values = new float[Math.toIntExact(output.numel())];
            output.to(torch.ScalarType.Float).contiguous().data_ptr_float().get(values);
            return values;
        }
    }

    @Override
    public String library() {
        return "libtorch " + LibtorchFacts.ask().version();
    }

    @Override
    public String threads() {
        return threads.openMp() + " OpenMP, " + threads.openBlas() + " OpenBLAS";
    }

    @Override
    public List<Part> profile() {
        MeteredAlgebra meter = new MeteredAlgebra();
        run(meter::around);
        return meter.parts();
    }

    @Override
    public void close() {
        drop();
        parameters.forEach(Tensor::close);
        parameters.clear();
        guard.close();
    }

    private void drop() {
        if (output != null) {
            output.close();
            output = null;
        }
    }

    /** A tensor of the session's type; values that are fewer than it holds are repeated. */
    private Tensor filled(List<Long> dims, FloatBuffer values) {
        try (PointerScope scope = new PointerScope()) {
            long[] sizes = dims.stream().mapToLong(Long::longValue).toArray();
            Tensor tensor = torch.empty(sizes);
            FloatPointer target = tensor.data_ptr_float();
            FloatPointer source = new FloatPointer(values);
            long given = values.remaining();
            long all = tensor.numel();
            for (long from = 0; from < all; from += given) {
                Pointer.memcpy(target.getPointer(from), source, Float.BYTES * Math.min(given, all - from));
            }
            return (type == torch.ScalarType.Float ? tensor : tensor.to(type)).retainReference();
        }
    }

    private static torch.ScalarType type(NumberFormat format) {
        return switch (format) {
            case FLOAT32 -> torch.ScalarType.Float;
            case FLOAT16 -> torch.ScalarType.Half;
            case BFLOAT16 -> torch.ScalarType.BFloat16;
        };
    }
}
