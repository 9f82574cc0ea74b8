// SPDX-License-Identifier: Apache-2.0
package fizeau.backend.cuda;

import fizeau.backend.Precision;
import fizeau.backend.TimingMemory;
import fizeau.backend.cuda.raw.CudaEvent;
import fizeau.backend.cuda.raw.CudaException;
import fizeau.backend.cuda.raw.CudnnConvolution;
import fizeau.backend.cuda.raw.CudnnConvolution.Geometry;
import fizeau.backend.cuda.raw.CudnnConvolution.Pass;
import fizeau.backend.cuda.raw.CudnnConvolution.Shape;
import fizeau.backend.cuda.raw.CudnnFusedConvolution;
import fizeau.backend.cuda.raw.CudnnFusedConvolution.Epilogue;
import fizeau.backend.cuda.raw.DeviceMemory;
import fizeau.kernels.DeviceAddress;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.OptionalLong;
import java.util.function.IntFunction;

/**
 * Which of cuDNN's algorithms is the fastest for a convolution on this device, measured once and remembered, for the user too.
 * Only algorithms that repeat bit for bit are tried, in the precision that they will run in. Confined to the session's thread.
 */
final class ConvolutionChoices {

    /** Enough for every algorithm at the sizes of a decoder; one that wants more would crowd out the measurements. */
    private static final long USUAL_WORKSPACE_BYTES = 64L << 20;

    /**
     * Of the bytes that a convolution reads and writes, where that is more: batches of volumes are large themselves. No more,
     * because maps of all layers are to follow, and a choice is remembered.
     */
    private static final int WORKSPACE_FACTOR = 1;

    /** The same for layers of many pictures, whose maps are larger than that anyway. */
    private static final long MOST_FUSED_WORKSPACE_BYTES = 512L << 20;

    private static final int REPEATS = 5;

    private static final String FILE = "convolutions-cuda.properties";

    /** @param workspaceBytes what the algorithm works in, perhaps 0 */
    record Choice(int algorithm, long workspaceBytes) {

        /** As it is remembered. */
        String word() {
            return "algorithm " + algorithm + " in " + workspaceBytes + " bytes";
        }
    }

    /** @param epilogue null of a pass alone */
    private record Key(Shape shape, Pass pass, Epilogue epilogue, Precision precision, boolean measured) {

        /** As it is remembered; what was not measured is not. */
        String word() {
            return pass.name().toLowerCase(Locale.ROOT) + ", " + shape + (epilogue == null ? "" : ", " + epilogue)
                    + ", " + precision.word();
        }

        /** What else there is where cuDNN cannot compute this. */
        String remedy() {
            if (epilogue != null) {
                return "--device cpu";
            }
            if (precision == Precision.BF16) {
                return "--precision fp32 or tf32";
            }
            return shape instanceof Geometry ? "--level fused" : "another size of patches";
        }
    }

    /** Arrays of zeros that an algorithm is timed on. */
    private record Trial(DeviceAddress image, DeviceAddress filter, DeviceAddress response, DeviceMemory workspace) {}

    /** Queues a convolution by an algorithm. */
    private interface Launch {
        void queue(int algorithm, Trial trial);
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
        Shape shape = convolution.shape();
        return choose(
                new Key(shape, pass, null, convolution.precision(), measured),
                pass.algorithms(),
                algorithm -> convolution.workspaceBytes(pass, algorithm),
                Math.max(
                        USUAL_WORKSPACE_BYTES,
                        WORKSPACE_FACTOR * Float.BYTES * (shape.imageCount() + shape.responseCount())),
                (algorithm, trial) -> convolution.run(
                        pass, algorithm, trial.image(), trial.filter(), trial.response(), trial.workspace()));
    }

    /**
     * The algorithm of a convolution with what follows it.
     *
     * @param measured as above
     */
    Choice choose(CudnnFusedConvolution convolution, boolean measured) {
        return choose(
                new Key(
                        convolution.geometry(),
                        Pass.FORWARD,
                        convolution.epilogue(),
                        convolution.precision(),
                        measured),
                convolution.algorithms(),
                convolution::workspaceBytes,
                MOST_FUSED_WORKSPACE_BYTES,
                (algorithm, trial) -> convolution.run(
                        algorithm,
                        trial.image(),
                        trial.filter(),
                        trial.filter(), // has more values than a bias
                        trial.response()
                                .plusBytes(Float.BYTES * convolution.geometry().responseCount()),
                        trial.response(),
                        trial.workspace()));
    }

    private Choice choose(
            Key key, List<Integer> algorithms, IntFunction<OptionalLong> workspaceBytes, long most, Launch launch) {
        Choice choice = known.get(key);
        if (choice == null) {
            List<Choice> possible = possible(key, algorithms, workspaceBytes, most);
            choice = key.measured() && possible.size() > 1 ? remembered(key, possible, launch) : possible.get(0);
            known.put(key, choice);
        }
        return choice;
    }

    /** What was remembered, if it is still possible; otherwise measures and remembers it. */
    private Choice remembered(Key key, List<Choice> possible, Launch launch) {
        String word = memory.find(key.word()).orElse("");
        return possible.stream()
                .filter(candidate -> candidate.word().equals(word))
                .findFirst()
                .orElseGet(() -> {
                    Choice fastest = fastest(key, possible, launch);
                    memory.put(key.word(), fastest.word());
                    return fastest;
                });
    }

    private static List<Choice> possible(
            Key key, List<Integer> algorithms, IntFunction<OptionalLong> workspaceBytes, long most) {
        List<Choice> possible = new ArrayList<>();
        for (int algorithm : algorithms) {
            workspaceBytes.apply(algorithm).ifPresent(bytes -> {
                if (bytes <= most) {
                    possible.add(new Choice(algorithm, bytes));
                }
            });
        }
        if (possible.isEmpty()) {
            throw new IllegalArgumentException("cuDNN has no repeatable algorithm for pass " + key.pass() + " of "
                    + key.shape() + " in " + key.precision().word() + ": use " + key.remedy());
        }
        return possible;
    }

    /** Each at work on arrays of its own, several times; the best time counts, because nothing makes work faster than it is. */
    private Choice fastest(Key key, List<Choice> possible, Launch launch) {
        Shape shape = key.shape();
        int responses = key.epilogue() != null && key.epilogue().residual() ? 2 : 1;
        try (DeviceArrays arrays = new DeviceArrays(session);
                CudaEvent start = CudaEvent.open(session.context());
                CudaEvent end = CudaEvent.open(session.context())) {
            DeviceMemory image = arrays.zeroFloats(shape.imageCount(), "an image to be timed");
            DeviceMemory filter = arrays.zeroFloats(shape.filterCount(), "a filter to be timed");
            DeviceMemory response = arrays.zeroFloats(responses * shape.responseCount(), "a response to be timed");
            Choice best = null;
            double bestNanos = Double.POSITIVE_INFINITY;
            CudaException lastFailure = null;
            for (Choice candidate : possible) {
                long bytes = candidate.workspaceBytes();
                try (DeviceMemory workspace = bytes == 0 ? null : session.allocate(bytes, "a workspace to be timed")) {
                    Trial trial = new Trial(image.address(), filter.address(), response.address(), workspace);
                    double nanos = Double.POSITIVE_INFINITY;
                    for (int i = 0; i <= REPEATS; i++) {
                        start.record(session.stream());
                        launch.queue(candidate.algorithm(), trial);
                        end.record(session.stream());
                        end.synchronize();
                        // The first loads what is loaded late.
                        nanos = i == 0 ? nanos : Math.min(nanos, end.nanosSince(start));
                    }
                    if (best == null || nanos < bestNanos) {
                        bestNanos = nanos;
                        best = candidate;
                    }
                } catch (CudaException failure) {
                    if (failure.isDeviceLost()) {
                        throw failure;
                    }
                    // It named a workspace and yet cannot, or there is no room for that: the others may.
                    lastFailure = failure;
                }
            }
            if (best == null) {
                throw lastFailure;
            }
            return best;
        }
    }
}
