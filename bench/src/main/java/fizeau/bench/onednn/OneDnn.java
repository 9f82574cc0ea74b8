// SPDX-License-Identifier: Apache-2.0
package fizeau.bench.onednn;

import com.sun.jna.NativeLibrary;
import fizeau.bench.environment.SystemMemory;
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
public final class OneDnn {
    /** How oneDNN says that it implements nothing of the kind; the status itself does not reach Java. */
    private static final String NO_PLAN = "primitive descriptor";

    /** Comes with oneDNN, and is loaded with it. */
    private static final String OPEN_MP = "libgomp.so.1";

    private final engine processor = new engine(engine.kind.cpu, 0);
    private final stream queue = new stream(processor);

    public engine engine() {
        return processor;
    }

    /** {@code oneDNN 3.8.1}. */
    public static String version() {
        var version = dnnl.dnnl_version();
        return "oneDNN " + version.major() + "." + version.minor() + "." + version.patch();
    }

    /**
     * How many threads primitives take that the calling thread makes and executes from now on.
     *
     * @throws UnsupportedOperationException where oneDNN's threads are not those of GNU's OpenMP
     */
    public static void takeThreads(int count) {
        try {
            NativeLibrary.getInstance(OPEN_MP)
                    .getFunction("omp_set_num_threads")
                    .invokeVoid(new Object[] {count});
        } catch (UnsatisfiedLinkError e) {
            throw new UnsupportedOperationException(
                    "oneDNN's threads cannot be set here, because there is no " + OPEN_MP, e);
        }
    }

    /** Single precision numbers that one instruction of this processor works on, as oneDNN uses it; 1 where it uses none. */
    public static int floatsInAVector() {
        int instructions = dnnl.dnnl_get_effective_cpu_isa();
        if (has(instructions, dnnl.dnnl_cpu_isa_avx512_core)) {
            return 16;
        }
        return has(instructions, dnnl.dnnl_cpu_isa_avx2) ? 8 : 1;
    }

    /** Later sets of instructions contain the bits of earlier ones. */
    private static boolean has(int instructions, int set) {
        return (instructions & set) == set;
    }

    /** A descriptor whose layout the primitive may choose. */
    public static memory.desc any(long[] dims, memory.data_type type) {
        return new memory.desc(dims, type, memory.format_tag.any);
    }

    /** Sizes of whatever a descriptor describes. */
    public static long[] dims(memory.desc desc) {
        LongPointer sizes = desc.get_dims();
        long[] dims = new long[Math.toIntExact(sizes.limit())];
        sizes.get(dims);
        return dims;
    }

    /** Memory that is bound to an address later. */
    public memory unbound(memory.desc desc) {
        return new memory(desc, processor, new Pointer());
    }

    /** Memory of its own. */
    public memory owned(memory.desc desc) {
        return new memory(desc, processor);
    }

    public void execute(primitive primitive, IntMemoryMap arguments) {
        primitive.execute(queue, arguments);
        queue._wait();
    }

    /** Queues without waiting; on the CPU the call returns when the work is done. */
    public void run(primitive primitive, IntMemoryMap arguments) {
        primitive.execute(queue, arguments);
    }

    public void await() {
        queue._wait();
    }

    /** Copies between layouts and number formats, at once. */
    public void copy(memory from, memory to) {
        execute(
                reorder(from.get_desc(), to.get_desc()),
                arguments(List.of(dnnl.DNNL_ARG_FROM, dnnl.DNNL_ARG_TO), from, to));
    }

    public reorder reorder(memory.desc from, memory.desc to) {
        return orSay("a copy", () -> new reorder(new reorder.primitive_desc(processor, from, processor, to)));
    }

    public static IntMemoryMap arguments(List<Integer> roles, memory... memories) {
        IntMemoryMap map = new IntMemoryMap();
        for (int i = 0; i < memories.length; i++) {
            map.put(roles.get(i), memories[i]);
        }
        return map;
    }

    /** Makes a plan; one that the library does not have on this processor is told in words, all else is passed on. */
    public static <T> T orSay(String what, Supplier<T> making) {
        try {
            return making.get();
        } catch (RuntimeException failure) {
            String said = String.valueOf(failure.getMessage());
            if (!said.contains(NO_PLAN) || SystemMemory.isShortage(said)) {
                throw failure;
            }
            throw new UnsupportedOperationException(
                    "oneDNN cannot compute " + what + " on this processor: " + failure.getMessage(), failure);
        }
    }
}
