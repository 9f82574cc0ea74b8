// SPDX-License-Identifier: Apache-2.0
package fizeau.bench.infer.xla;

import fizeau.bench.infer.Network;
import fizeau.bench.infer.NumberFormat;
import fizeau.bench.infer.Session;
import fizeau.bench.infer.TensorFile;
import fizeau.bench.infer.xla.StableHlo.Argument;
import fizeau.bench.infer.xla.StableHlo.Program;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.tensorflow.ConcreteFunction;
import org.tensorflow.Graph;
import org.tensorflow.Operand;
import org.tensorflow.Operation;
import org.tensorflow.Output;
import org.tensorflow.Result;
import org.tensorflow.Signature;
import org.tensorflow.TensorFlow;
import org.tensorflow.ndarray.Shape;
import org.tensorflow.ndarray.buffer.DataBuffers;
import org.tensorflow.ndarray.buffer.FloatDataBuffer;
import org.tensorflow.op.Ops;
import org.tensorflow.op.core.AssignVariableOp;
import org.tensorflow.op.core.Placeholder;
import org.tensorflow.op.core.VarHandleOp;
import org.tensorflow.proto.ConfigProto;
import org.tensorflow.proto.DataType;
import org.tensorflow.types.TBfloat16;
import org.tensorflow.types.TFloat16;
import org.tensorflow.types.TFloat32;
import org.tensorflow.types.family.TNumber;

/**
 * A network as StableHLO, compiled by XLA in its first call. TensorFlow only carries it: its graph is one call of one compiled
 * function, whose arguments are variables that hold pictures and weights, so that a call copies neither.
 */
public final class XlaSession implements Session {
    /** Of the interface between TensorFlow and modules in StableHLO; JAX's exports of 2024 have the same. */
    private static final int CALL_VERSION = 9;

    private static final String PICTURES = "input";
    private static final String ARGUMENT = "arg";

    /** Where an argument gets its values from. */
    private record Source(Argument argument, Placeholder<TFloat32> values, AssignVariableOp assignment) {}

    private final Network network;
    private final int threads;
    private final ConcreteFunction function;
    private final Graph graph = new Graph();
    private final Map<String, Source> sources = new HashMap<>();
    private final Output<?> scores;
    private final org.tensorflow.Session session;
    private Result last;

    public XlaSession(Network network, TensorFile weights, NumberFormat format, int threads) {
        this.network = network;
        this.threads = threads;
        Program program = StableHlo.of(network, format);
        this.function = function(network, program, format);
        try {
            this.scores = call(network, program, format);
            this.session = new org.tensorflow.Session(
                    graph,
                    ConfigProto.newBuilder()
                            .setIntraOpParallelismThreads(threads)
                            .setInterOpParallelismThreads(1)
                            .build());
        } catch (RuntimeException | Error failure) {
            graph.close();
            function.close();
            throw failure;
        }
        for (Argument argument :
                program.arguments().subList(1, program.arguments().size())) {
            assign(argument.name(), ordered(argument, weights.array(argument.name())));
        }
    }

    @Override
    public void input(float[] pictures) {
        assign(PICTURES, pictures);
    }

    @Override
    public void run() {
        Result made = session.runner().fetch(scores).run();
        drop();
        last = made;
    }

    @Override
    public float[] output() {
        if (last == null) {
            throw new IllegalStateException("no output before the first call");
        }
        float[] values = new float[Math.toIntExact(network.outputCount())];
        ((TFloat32) last.get(0)).copyTo(DataBuffers.of(values));
        return values;
    }

    @Override
    public String library() {
        return "XLA in TensorFlow " + TensorFlow.version() + ", StableHLO";
    }

    @Override
    public String threads() {
        return threads + " of XLA";
    }

    /** Empty: what XLA has fused into one function is not taken apart. */
    @Override
    public List<Part> profile() {
        return List.of();
    }

    @Override
    public void close() {
        drop();
        session.close();
        graph.close();
        function.close();
    }

    private void drop() {
        if (last != null) {
            last.close();
            last = null;
        }
    }

    /** The module as a function of TensorFlow, which XLA compiles as a whole when it is called. */
    private static ConcreteFunction function(Network network, Program program, NumberFormat format) {
        return ConcreteFunction.create(ops -> {
            Signature.Builder signature = Signature.builder().key("network");
            List<Output<?>> arguments = new ArrayList<>();
            for (Argument argument : program.arguments()) {
                Placeholder<?> place = ops.placeholder(type(format), Placeholder.shape(shape(argument.orderedDims())));
                signature.input(ARGUMENT + arguments.size(), place);
                arguments.add(place.asOutput());
            }
            Operation module = ops.scope()
                    .env()
                    .opBuilder("XlaCallModule", "module", ops.scope())
                    .addInputList(arguments.toArray(Output<?>[]::new))
                    .setAttr("Tin", elements(arguments.size(), element(format)))
                    .setAttr("Tout", elements(1, DataType.DT_FLOAT))
                    .setAttr("Sout", new Shape[] {shape(network.outputDims())})
                    .setAttr("version", CALL_VERSION)
                    .setAttr("module", program.text())
                    .setAttr("platforms", new String[] {"CPU"})
                    .build();
            Output<TFloat32> scores = module.output(0);
            return signature.output("scores", scores).build();
        });
    }

    private Output<?> call(Network network, Program program, NumberFormat format) {
        graph.attachFunction(function);
        Ops ops = Ops.create(graph);
        List<Output<?>> arguments = new ArrayList<>();
        for (Argument argument : program.arguments()) {
            Shape shape = shape(argument.orderedDims());
            VarHandleOp variable =
                    ops.varHandleOp(type(format), shape, VarHandleOp.sharedName(ARGUMENT + arguments.size()));
            Placeholder<TFloat32> values = ops.placeholder(TFloat32.class, Placeholder.shape(shape));
            Operand<?> cast = format == NumberFormat.FLOAT32 ? values : ops.dtypes.cast(values, type(format));
            sources.put(argument.name(), new Source(argument, values, ops.assignVariableOp(variable, cast)));
            arguments.add(ops.readVariableOp(variable, type(format)).asOutput());
        }
        Operation call = graph.opBuilder("StatefulPartitionedCall", "call", ops.scope())
                .addInputList(arguments.toArray(Output<?>[]::new))
                .setAttr("f", function)
                .setAttr("Tin", elements(arguments.size(), element(format)))
                .setAttr("Tout", elements(1, DataType.DT_FLOAT))
                .setAttr("_XlaMustCompile", true)
                .build();
        return call.output(0);
    }

    /** Fills a variable; values that are fewer than it holds are repeated. */
    private void assign(String name, float[] values) {
        Source source = sources.get(name);
        try (TFloat32 tensor = TFloat32.tensorOf(shape(source.argument().orderedDims()))) {
            FloatDataBuffer all = tensor.asRawTensor().data().asFloats();
            for (long from = 0; from < all.size(); from += values.length) {
                all.offset(from).write(values, 0, (int) Math.min(values.length, all.size() - from));
            }
            session.runner()
                    .feed(source.values(), tensor)
                    .addTarget(source.assignment())
                    .run()
                    .close();
        }
    }

    /** Values of a weight as its argument has them: {@code [out][in][y][x]} becomes {@code [y][x][in][out]}. */
    private static float[] ordered(Argument argument, float[] values) {
        if (!argument.reordered()) {
            return values;
        }
        List<Long> dims = argument.dims();
        int out = Math.toIntExact(dims.get(0));
        int in = Math.toIntExact(dims.get(1));
        int window = Math.toIntExact(dims.get(2) * dims.get(3));
        float[] ordered = new float[values.length];
        for (int o = 0; o < out; o++) {
            for (int i = 0; i < in; i++) {
                for (int place = 0; place < window; place++) {
                    ordered[(place * in + i) * out + o] = values[(o * in + i) * window + place];
                }
            }
        }
        return ordered;
    }

    private static Shape shape(List<Long> dims) {
        return Shape.of(dims.stream().mapToLong(Long::longValue).toArray());
    }

    private static DataType[] elements(int count, DataType element) {
        return Collections.nCopies(count, element).toArray(DataType[]::new);
    }

    private static DataType element(NumberFormat format) {
        return switch (format) {
            case FLOAT32 -> DataType.DT_FLOAT;
            case FLOAT16 -> DataType.DT_HALF;
            case BFLOAT16 -> DataType.DT_BFLOAT16;
        };
    }

    private static Class<? extends TNumber> type(NumberFormat format) {
        return switch (format) {
            case FLOAT32 -> TFloat32.class;
            case FLOAT16 -> TFloat16.class;
            case BFLOAT16 -> TBfloat16.class;
        };
    }
}
