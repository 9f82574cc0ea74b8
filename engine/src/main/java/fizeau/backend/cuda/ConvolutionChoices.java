// SPDX-License-Identifier: Apache-2.0
package fizeau.backend.cuda;

import fizeau.backend.cuda.raw.CudaEvent;
import fizeau.backend.cuda.raw.CudaException;
import fizeau.backend.cuda.raw.CudnnConvolution;
import fizeau.backend.cuda.raw.CudnnConvolution.Geometry;
import fizeau.backend.cuda.raw.CudnnConvolution.Pass;
import fizeau.backend.cuda.raw.CudnnConvolution.Shape;
import fizeau.backend.cuda.raw.DeviceMemory;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Which of cuDNN's algorithms is the fastest for a convolution on this device, measured once and remembered. Only algorithms
 * that repeat bit for bit are tried, in the precision that they will run in. Confined to the session's thread.
 */
final class ConvolutionChoices {

    /** Enough for every algorithm at the sizes of a decoder; one that wants more would crowd out the measurements. */
    private static final long USUAL_WORKSPACE_BYTES = 64L << 20;

    /** Of the bytes that a convolution reads and writes, where that is more: batches of volumes are large themselves. */
    private static final int WORKSPACE_FACTOR = 8;

    private static final int REPEATS = 5;

    /** @param workspaceBytes what the algorithm works in, perhaps 0 */
    record Choice(int algorithm, long workspaceBytes) {}

    private record Key(Shape shape, Pass pass, boolean tf32, boolean measured) {}

    private final CudaSession session;
    private final Map<Key, Choice> known;

    ConvolutionChoices(CudaSession session) {
        this(session, new HashMap<>());
    }

    private ConvolutionChoices(CudaSession session, Map<Key, Choice> known) {
        this.session = session;
        this.known = known;
    }

    /** The same choices for work in another stream of the device: whoever measures first, measures for all. */
    ConvolutionChoices in(CudaSession other) {
        return new ConvolutionChoices(other, known);
    }

    /**
     * The algorithm of a pass.
     *
     * @param tf32 how the convolution was opened
     * @param measured whether the fastest is wanted; otherwise the first that can compute it, the same in every process
     */
    Choice choose(CudnnConvolution convolution, Pass pass, boolean tf32, boolean measured) {
        Key key = new Key(convolution.shape(), pass, tf32, measured);
        Choice choice = known.get(key);
        if (choice == null) {
            List<Choice> possible = possible(convolution, pass);
            choice = measured && possible.size() > 1 ? fastest(convolution, pass, possible) : possible.get(0);
            known.put(key, choice);
        }
        return choice;
    }

    private static List<Choice> possible(CudnnConvolution convolution, Pass pass) {
        List<Choice> possible = new ArrayList<>();
        Shape shape = convolution.shape();
        long most = Math.max(
                USUAL_WORKSPACE_BYTES, WORKSPACE_FACTOR * Float.BYTES * (shape.imageCount() + shape.responseCount()));
        for (int algorithm : pass.algorithms()) {
            convolution.workspaceBytes(pass, algorithm).ifPresent(bytes -> {
                if (bytes <= most) {
                    possible.add(new Choice(algorithm, bytes));
                }
            });
        }
        if (possible.isEmpty()) {
            throw new IllegalArgumentException("cuDNN has no repeatable algorithm for pass " + pass + " of " + shape
                    + (shape instanceof Geometry ? ": use --level fused" : ": use another size of patches"));
        }
        return possible;
    }

    /** Each at work on arrays of its own, several times; the best time counts, because nothing makes work faster than it is. */
    private Choice fastest(CudnnConvolution convolution, Pass pass, List<Choice> possible) {
        Shape shape = convolution.shape();
        long largest = possible.stream().mapToLong(Choice::workspaceBytes).max().orElseThrow();
        try (DeviceArrays arrays = new DeviceArrays(session);
                CudaEvent start = CudaEvent.open(session.context());
                CudaEvent end = CudaEvent.open(session.context())) {
            DeviceMemory image = arrays.zeroFloats(shape.imageCount(), "an image to be timed");
            DeviceMemory filter = arrays.zeroFloats(shape.filterCount(), "a filter to be timed");
            DeviceMemory response = arrays.zeroFloats(shape.responseCount(), "a response to be timed");
            DeviceMemory workspace =
                    largest == 0 ? null : arrays.own(session.allocate(largest, "a workspace to be timed"));
            Choice best = null;
            double bestNanos = Double.POSITIVE_INFINITY;
            CudaException lastFailure = null;
            for (Choice candidate : possible) {
                try {
                    for (int i = 0; i <= REPEATS; i++) {
                        start.record(session.stream());
                        convolution.run(
                                pass,
                                candidate.algorithm(),
                                image.address(),
                                filter.address(),
                                response.address(),
                                candidate.workspaceBytes() == 0 ? null : workspace);
                        end.record(session.stream());
                        end.synchronize();
                        // The first loads what is loaded late.
                        if (i > 0 && end.nanosSince(start) < bestNanos) {
                            bestNanos = end.nanosSince(start);
                            best = candidate;
                        }
                    }
                } catch (CudaException failure) {
                    if (failure.isDeviceLost()) {
                        throw failure;
                    }
                    lastFailure = failure; // a workspace was named, and yet it cannot: the others may
                }
            }
            if (best == null) {
                throw lastFailure;
            }
            return best;
        }
    }
}
