// SPDX-License-Identifier: Apache-2.0
package fizeau.backend.cuda;

import fizeau.backend.cuda.raw.CudaGraph;
import fizeau.backend.cuda.raw.CudaStream;

/**
 * Work that is queued as it is the first time, which loads its kernels, and, where that is wanted, captured the second time
 * and replayed from then on. Owns the graph, borrows the stream and the memory that the work uses.
 */
final class ReplayedWork implements AutoCloseable {

    private final CudaStream stream;
    private final Runnable work;
    private final boolean replays;
    private boolean loaded;
    private CudaGraph graph;

    /** @param work queues and does nothing that a capture forbids */
    ReplayedWork(CudaStream stream, Runnable work, boolean replays) {
        this.stream = stream;
        this.work = work;
        this.replays = replays;
    }

    /** Whether it is, or is about to be, replayed. */
    boolean replaysNext() {
        return replays && loaded;
    }

    /** Captures where that is due; where that fails, nothing was queued. */
    void prepare() {
        if (replaysNext() && graph == null) {
            graph = stream.capture(work);
        }
    }

    /** Says that the work was queued in parts by somebody else, so that its kernels are there. */
    void noteLoaded() {
        loaded = true;
    }

    void queue() {
        prepare();
        if (graph != null) {
            stream.launch(graph);
        } else {
            work.run();
            loaded = true;
        }
    }

    @Override
    public void close() {
        if (graph != null) {
            graph.close();
            graph = null;
        }
    }
}
