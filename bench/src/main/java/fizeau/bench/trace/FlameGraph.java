// SPDX-License-Identifier: Apache-2.0
package fizeau.bench.trace;

import fizeau.image.AtomicFile;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import one.profiler.AsyncProfiler;

/**
 * A flame graph of this process by async-profiler, native frames included. It samples by timers of the threads, which need
 * no permission of the kernel; where its library does not load, or a container forbids even that, the answer says why.
 */
public final class FlameGraph {
    private static final String START = "start,event=ctimer,interval=1ms";

    private FlameGraph() {}

    /**
     * Runs the work and writes what it spent its time on.
     *
     * @param target HTML file
     * @return why there is no flame graph, in one sentence; empty when there is one. The work ran once in both cases
     */
    public static Optional<String> of(Path target, Runnable work) {
        Optional<AsyncProfiler> profiler = Optional.empty();
        String reason = "";
        try {
            AsyncProfiler loaded = AsyncProfiler.getInstance();
            loaded.execute(START);
            profiler = Optional.of(loaded);
        } catch (IOException | RuntimeException | LinkageError unavailable) {
            reason = "async-profiler cannot run here: " + unavailable.getMessage();
        }
        work.run();
        if (profiler.isEmpty()) {
            return Optional.of(reason);
        }
        return write(profiler.get(), target);
    }

    private static Optional<String> write(AsyncProfiler profiler, Path target) {
        try {
            Path raw = Files.createTempFile("fizeau-flame-", ".html");
            try {
                profiler.execute("stop,file=" + raw + ",title=Fizeau");
                byte[] page = Files.readAllBytes(raw);
                if (page.length == 0) {
                    return Optional.of("async-profiler wrote an empty flame graph");
                }
                AtomicFile.write(target, out -> out.write(page));
                return Optional.empty();
            } finally {
                Files.deleteIfExists(raw);
            }
        } catch (IOException | RuntimeException failed) {
            return Optional.of("async-profiler could not write its flame graph: " + failed.getMessage());
        }
    }
}
