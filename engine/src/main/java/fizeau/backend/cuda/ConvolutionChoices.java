// SPDX-License-Identifier: Apache-2.0
package fizeau.backend.cuda;

import fizeau.backend.Precision;
import fizeau.backend.TimingMemory;
import fizeau.backend.cuda.raw.CudaEvent;
import fizeau.backend.cuda.raw.CudaException;
import fizeau.backend.cuda.raw.CudnnConvolution;
import fizeau.backend.cuda.raw.CudnnConvolution.Geometry;
import fizeau.backend.cuda.raw.CudnnConvolution.Pass;
import fizeau.backend.cuda.raw.DeviceMemory;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * Which of cuDNN's algorithms is the fastest for a convolution on this device, measured once and remembered, for the user too.
 * Only algorithms that repeat bit for bit are tried, in the precision that they will run in. Confined to the session's thread.
 */
final class ConvolutionChoices {

    /** Enough for every algorithm at the sizes of a decoder; one that wants more would crowd out the measurements. */
    private static final long MOST_WORKSPACE_BYTES = 64L << 20;

    private static final int REPEATS = 5;

    private static final String FILE = "convolutions-cuda.properties";

    /** @param workspaceBytes what the algorithm works in, perhaps 0 */
    record Choice(int algorithm, long workspaceBytes) {

        /** As it is remembered. */
        String word() {
            return "algorithm " + algorithm + " in " + workspaceBytes + " bytes";
        }
    }

    private record Key(Geometry geometry, Pass pass, Precision precision, boolean measured) {

        /** As it is remembered; what was not measured is not. */
        String word() {
            return pass.name().toLowerCase(Locale.ROOT) + ", " + geometry.channels() + " x " + geometry.edge() + " x "
                    + geometry.edge() + " to " + geometry.filters() + ", kernel " + geometry.kernel() + ", stride "
                    + geometry.stride() + ", padding " + geometry.padding() + ", " + precision.word();
        }
    }

    private final CudaSession session;
    private final TimingMemory memory;
    private final Map<Key, Choice> known;

    ConvolutionChoices(CudaSession session, TimingMemory memory) {
        this(session, memory, new HashMap<>());
    }

    private ConvolutionChoices(CudaSession session, TimingMemory memory, Map<Key, Choice> known) {
        this.session = session;
        this.memory = memory;
        this.known = known;
    }

    /** With what the user's earlier processes found out on this device with this driver and this cuDNN. */
    static ConvolutionChoices ofUser(CudaSession session) {
        return new ConvolutionChoices(session, TimingMemory.ofUser(FILE, environment(session)));
    }

    /** What a timing depends on. */
    static String environment(CudaSession session) {
        return PlanChoices.environment(session) + ", cuDNN " + session.cudnn().version();
    }

    /** The same choices for work in another stream of the device: whoever measures first, measures for all. */
    ConvolutionChoices in(CudaSession other) {
        return new ConvolutionChoices(other, memory, known);
    }

    /**
     * The algorithm of a pass.
     *
     * @param measured whether the fastest is wanted; otherwise the first that can compute it, the same in every process
     */
    Choice choose(CudnnConvolution convolution, Pass pass, boolean measured) {
        Key key = new Key(convolution.geometry(), pass, convolution.precision(), measured);
        Choice choice = known.get(key);
        if (choice == null) {
            List<Choice> possible = possible(convolution, pass);
            choice = measured && possible.size() > 1 ? remembered(key, convolution, possible) : possible.get(0);
            known.put(key, choice);
        }
        return choice;
    }

    /** What was remembered, if it is still possible; otherwise measures and remembers it. */
    private Choice remembered(Key key, CudnnConvolution convolution, List<Choice> possible) {
        String word = memory.find(key.word()).orElse("");
        return possible.stream()
                .filter(candidate -> candidate.word().equals(word))
                .findFirst()
                .orElseGet(() -> {
                    Choice fastest = fastest(convolution, key.pass(), possible);
                    memory.put(key.word(), fastest.word());
                    return fastest;
                });
    }

    private static List<Choice> possible(CudnnConvolution convolution, Pass pass) {
        List<Choice> possible = new ArrayList<>();
        for (int algorithm : pass.algorithms()) {
            convolution.workspaceBytes(pass, algorithm).ifPresent(bytes -> {
                if (bytes <= MOST_WORKSPACE_BYTES) {
                    possible.add(new Choice(algorithm, bytes));
                }
            });
        }
        if (possible.isEmpty()) {
            throw new IllegalArgumentException("cuDNN has no repeatable algorithm for pass " + pass + " of "
                    + convolution.geometry() + ": use --level fused");
        }
        return possible;
    }

    /** Each at work on arrays of its own, several times; the best time counts, because nothing makes work faster than it is. */
    private Choice fastest(CudnnConvolution convolution, Pass pass, List<Choice> possible) {
        Geometry geometry = convolution.geometry();
        long largest = possible.stream().mapToLong(Choice::workspaceBytes).max().orElseThrow();
        try (DeviceArrays arrays = new DeviceArrays(session);
                CudaEvent start = CudaEvent.open(session.context());
                CudaEvent end = CudaEvent.open(session.context())) {
            DeviceMemory image = arrays.zeroFloats(geometry.imageCount(), "an image to be timed");
            DeviceMemory filter = arrays.zeroFloats(geometry.filterCount(), "a filter to be timed");
            DeviceMemory response = arrays.zeroFloats(geometry.responseCount(), "a response to be timed");
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
