// SPDX-License-Identifier: Apache-2.0
package fizeau.backend.cuda;

import fizeau.backend.Closing;
import fizeau.backend.cuda.raw.CudaGraph;
import fizeau.backend.cuda.raw.CudaStream;
import java.util.ArrayList;
import java.util.List;
import java.util.function.IntConsumer;

/**
 * An iteration of one sample, and a run of them, each captured when it is first needed and replayed from then on. What
 * changes from iteration to iteration lives on the device. Owns the graphs, borrows the stream and the memory they use.
 */
final class IterationGraphs implements AutoCloseable {

    /** Iterations of a run: the cost of a launch is shared by some hundreds of kernels. */
    static final int RUN = 8;

    private final CudaStream stream;
    private final IntConsumer iterations;
    private CudaGraph one;
    private CudaGraph run;

    /** @param iterations queues so many iterations and does nothing that a capture forbids */
    IterationGraphs(CudaStream stream, IntConsumer iterations) {
        this.stream = stream;
        this.iterations = iterations;
    }

    /** Whether a number of iterations can be queued without a capture. */
    boolean preparedFor(int wanted) {
        return (wanted < RUN || run != null) && (wanted % RUN == 0 || one != null);
    }

    /** Captures what is missing for a number of iterations; where that fails, nothing was queued. */
    void prepare(int wanted) {
        if (wanted >= RUN && run == null) {
            run = stream.capture(() -> iterations.accept(RUN));
        }
        if (wanted % RUN > 0 && one == null) {
            one = stream.capture(() -> iterations.accept(1));
        }
    }

    /** Queues iterations that were prepared for. */
    void queue(int wanted) {
        for (int i = 0; i < wanted / RUN; i++) {
            stream.launch(run);
        }
        for (int i = 0; i < wanted % RUN; i++) {
            stream.launch(one);
        }
    }

    @Override
    public void close() {
        List<CudaGraph> all = new ArrayList<>();
        if (one != null) {
            all.add(one);
        }
        if (run != null) {
            all.add(run);
        }
        one = null;
        run = null;
        Closing.all(all);
    }
}
