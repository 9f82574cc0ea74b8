// SPDX-License-Identifier: Apache-2.0
package fizeau.backend.cuda;

import fizeau.backend.cuda.raw.Closing;
import fizeau.backend.cuda.raw.CudaGraph;
import fizeau.backend.cuda.raw.CudaStream;
import java.util.ArrayList;
import java.util.List;

/**
 * An iteration of one sample, and a run of them, each captured when it is first needed and replayed from then on. What
 * changes from iteration to iteration lives on the device. Owns the graphs, borrows the stream and the memory they use.
 */
final class IterationGraphs implements AutoCloseable {

    /** Iterations of a run: the cost of a launch is shared by some hundreds of kernels. */
    static final int RUN = 8;

    private final CudaStream stream;
    private final Runnable iteration;
    private CudaGraph one;
    private CudaGraph run;

    /** @param iteration queues an iteration and does nothing that a capture forbids */
    IterationGraphs(CudaStream stream, Runnable iteration) {
        this.stream = stream;
        this.iteration = iteration;
    }

    /** Whether a number of iterations can be queued without a capture. */
    boolean preparedFor(int iterations) {
        return (iterations < RUN || run != null) && (iterations % RUN == 0 || one != null);
    }

    /** Captures what is missing for a number of iterations; where that fails, nothing was queued. */
    void prepare(int iterations) {
        if (iterations >= RUN && run == null) {
            run = stream.capture(() -> {
                for (int i = 0; i < RUN; i++) {
                    iteration.run();
                }
            });
        }
        if (iterations % RUN > 0 && one == null) {
            one = stream.capture(iteration);
        }
    }

    /** Queues iterations that were prepared for. */
    void queue(int iterations) {
        for (int i = 0; i < iterations / RUN; i++) {
            stream.launch(run);
        }
        for (int i = 0; i < iterations % RUN; i++) {
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
