// SPDX-License-Identifier: Apache-2.0
package fizeau.backend.cuda.raw;

import fizeau.backend.Ranges;
import fizeau.nativeconfig.ProfilerLibraries;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import org.bytedeco.cuda.cudart.CUhostFn;
import org.bytedeco.javacpp.BytePointer;
import org.bytedeco.javacpp.Loader;
import org.bytedeco.javacpp.LongPointer;
import org.bytedeco.javacpp.Pointer;
import org.bytedeco.javacpp.PointerPointer;

/**
 * Ranges that nsys and ncu show, by NVTX. No binding of NVTX 3 exists for Java 17; this calls its functions through a function
 * pointer of another library of the same kind, {@code void (void *)}. That rests on how JavaCPP lays function pointers out, so
 * it is tried on a harmless function first, and refused where that does not work. One thread at a time.
 */
public final class NvtxRanges implements Ranges, AutoCloseable {

    private static final String WITHOUT = "no NVTX ranges";
    private static final long FAR_OFF_SECONDS = 5;

    private final CUhostFn push;
    private final CUhostFn pop;
    private final Map<String, BytePointer> names = new HashMap<>();
    private int depth;

    private NvtxRanges(CUhostFn push, CUhostFn pop) {
        this.push = push;
        this.pop = pop;
    }

    /** @throws IllegalArgumentException where NVTX cannot be called here, with the reason */
    public static NvtxRanges open(ProfilerLibraries libraries) {
        Path library = libraries
                .nvtx()
                .orElseThrow(() -> new IllegalArgumentException(WITHOUT + ": " + ProfilerLibraries.NVTX
                        + " is not on this machine; it comes with CUDA 13, in a toolkit or in the wheel nvidia-nvtx"));
        ProfilerBinding.loadRuntime(libraries, WITHOUT);
        Loader.loadGlobal(library.toAbsolutePath().toString());
        requireCallable();
        return new NvtxRanges(function("nvtxRangePushA"), function("nvtxRangePop"));
    }

    /** Asks the C library for the time, which {@code time} writes where its argument points. */
    private static void requireCallable() {
        try (LongPointer seconds = new LongPointer(1)) {
            function("time").call(seconds.put(0));
            long wrong = Math.abs(seconds.get() - System.currentTimeMillis() / 1000);
            if (wrong > FAR_OFF_SECONDS) {
                throw new IllegalArgumentException(WITHOUT
                        + ": this JavaCPP lays function pointers out otherwise (its call gave " + seconds.get() + ")");
            }
        }
    }

    private static CUhostFn function(String symbol) {
        Pointer address = Loader.addressof(symbol);
        if (address == null || address.isNull()) {
            throw new IllegalArgumentException(WITHOUT + ": the library has no function " + symbol);
        }
        PointerPointer<Pointer> cell = new PointerPointer<>(2);
        cell.put(0, address);
        cell.put(1, (Pointer) null); // no Java object behind it
        return new CUhostFn(cell);
    }

    @Override
    public void open(String name) {
        push.call(names.computeIfAbsent(name, BytePointer::new));
        depth++;
    }

    @Override
    public void close() {
        if (depth > 0) {
            depth--;
            pop.call((Pointer) null);
        }
    }
}
