// SPDX-License-Identifier: Apache-2.0
package fizeau.bench.infer.onednn;

import fizeau.bench.infer.InferOutcome.Trouble;
import fizeau.bench.ops.plan.Layout;
import java.util.List;
import java.util.function.Supplier;
import org.bytedeco.dnnl.IntMemoryMap;
import org.bytedeco.dnnl.engine;
import org.bytedeco.dnnl.global.dnnl;
import org.bytedeco.dnnl.memory;
import org.bytedeco.dnnl.primitive;
import org.bytedeco.dnnl.reorder;
import org.bytedeco.dnnl.stream;
import org.bytedeco.javacpp.LongPointer;
import org.bytedeco.javacpp.Pointer;

/** oneDNN on the CPU: its engine and stream, and what every use of it needs. */
final class OneDnn {
    /** How oneDNN says that it implements nothing of the kind; the status itself does not reach Java. */
    private static final String NO_PLAN = "primitive descriptor";

    private final engine processor = new engine(engine.kind.cpu, 0);
    private final stream queue = new stream(processor);

    engine engine() {
        return processor;
    }

    /** {@code oneDNN 3.8.1}. */
    static String version() {
        var version = dnnl.dnnl_version();
        return "oneDNN " + version.major() + "." + version.minor() + "." + version.patch();
    }

    /** A descriptor of plain strides; the layout's offset is the business of whoever binds memory. */
    static memory.desc desc(Layout layout, memory.data_type type) {
        return new memory.desc(layout.dims(), type, layout.strides());
    }

    /** A descriptor whose layout the primitive may choose. */
    static memory.desc any(long[] dims, memory.data_type type) {
        return new memory.desc(dims, type, memory.format_tag.any);
    }

    /** Sizes of whatever a descriptor describes. */
    static long[] dims(memory.desc desc) {
        LongPointer sizes = desc.get_dims();
        long[] dims = new long[Math.toIntExact(sizes.limit())];
        sizes.get(dims);
        return dims;
    }

    /** Memory that is bound to an address later. */
    memory unbound(memory.desc desc) {
        return new memory(desc, processor, new Pointer());
    }

    /** Memory of its own. */
    memory owned(memory.desc desc) {
        return new memory(desc, processor);
    }

    void execute(primitive primitive, IntMemoryMap arguments) {
        primitive.execute(queue, arguments);
        queue._wait();
    }

    /** Queues without waiting; on the CPU the call returns when the work is done. */
    void run(primitive primitive, IntMemoryMap arguments) {
        primitive.execute(queue, arguments);
    }

    void await() {
        queue._wait();
    }

    /** Copies between layouts and number formats, at once. */
    void copy(memory from, memory to) {
        execute(
                reorder(from.get_desc(), to.get_desc()),
                arguments(List.of(dnnl.DNNL_ARG_FROM, dnnl.DNNL_ARG_TO), from, to));
    }

    reorder reorder(memory.desc from, memory.desc to) {
        return orSay("a copy", () -> new reorder(new reorder.primitive_desc(processor, from, processor, to)));
    }

    static IntMemoryMap arguments(List<Integer> roles, memory... memories) {
        IntMemoryMap map = new IntMemoryMap();
        for (int i = 0; i < memories.length; i++) {
            map.put(roles.get(i), memories[i]);
        }
        return map;
    }

    /** Makes a plan; one that the library does not have on this processor is told in words, all else is passed on. */
    static <T> T orSay(String what, Supplier<T> making) {
        try {
            return making.get();
        } catch (RuntimeException failure) {
            String said = String.valueOf(failure.getMessage());
            if (!said.contains(NO_PLAN) || Trouble.isOutOfMemory(said)) {
                throw failure;
            }
            throw new UnsupportedOperationException(
                    "oneDNN cannot compute " + what + " on this processor: " + failure.getMessage(), failure);
        }
    }
}
