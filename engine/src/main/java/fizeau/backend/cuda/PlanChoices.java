// SPDX-License-Identifier: Apache-2.0
package fizeau.backend.cuda;

import fizeau.backend.BoxKey;
import fizeau.backend.Plan;
import fizeau.backend.PlanMemory;
import fizeau.optics.Box;
import fizeau.optics.Mask;
import fizeau.optics.Shape;
import java.util.HashMap;
import java.util.Map;

/**
 * Which plan compares an estimate through a mask the fastest on this device: box form, whose work grows with the box, or full
 * FFTs, whose work does not. Measured once for boxes of about the same size and remembered, for the user too. Confined to the
 * session's thread.
 */
final class PlanChoices {

    /** Up to this edge the box form moves and computes a fraction of what transforms of a frame do. */
    private static final int CLEARLY_MATRIX = 64;

    /** The FFT must be this much faster: a disturbed timing shall not decide for long. */
    private static final double CLEARLY_FASTER = 0.9;

    private final CudaSession session;
    private final PlanMemory memory;
    private final Map<BoxKey, Plan> chosen;

    PlanChoices(CudaSession session, PlanMemory memory) {
        this(session, memory, new HashMap<>());
    }

    private PlanChoices(CudaSession session, PlanMemory memory, Map<BoxKey, Plan> chosen) {
        this.session = session;
        this.memory = memory;
        this.chosen = chosen;
    }

    /** What a timing depends on. */
    static String environment(CudaSession session) {
        return session.context().device().name() + ", driver for CUDA "
                + session.context().driver().cudaVersion();
    }

    /** The same choices for work in another stream of the device. */
    PlanChoices in(CudaSession other) {
        return new PlanChoices(other, memory, chosen);
    }

    /**
     * The plan for a mask with at least one open sample.
     *
     * @param measured whether the fastest is wanted; otherwise box form, the same in every process
     */
    Plan choose(Shape object, Mask mask, boolean measured) {
        Box box = mask.bounds();
        boolean small = box.height() <= CLEARLY_MATRIX && box.width() <= CLEARLY_MATRIX;
        if (small || !measured || !session.hasCufft()) {
            return Plan.MATRIX;
        }
        BoxKey key = BoxKey.of(object, mask);
        return chosen.computeIfAbsent(key, any -> memory.find(key.toString(), () -> fastest(object, mask)));
    }

    private Plan fastest(Shape object, Mask mask) {
        double matrix = nanos(object, mask, Plan.MATRIX);
        return nanos(object, mask, Plan.FFT) < CLEARLY_FASTER * matrix ? Plan.FFT : Plan.MATRIX;
    }

    /** Of a comparison with its gradient, by the device's clock, on arrays of its own. */
    private double nanos(Shape object, Mask mask, Plan plan) {
        MaskBatch batch = MaskBatch.of(mask);
        Shape frame = mask.shape();
        try (DeviceCaches caches = new DeviceCaches(session, CacheSwitches.FRESH_MEASUREMENTS);
                Workspace workspace = new Workspace(session);
                DeviceArrays arrays = new DeviceArrays(session)) {
            DeviceTelescope telescope = DeviceTelescope.of(plan, object, frame, session, caches, workspace);
            var estimate = arrays.zeroFloats(object.count(), "an estimate that is timed");
            var target = arrays.zeroFloats(frame.count(), "a target that is timed");
            var weight = arrays.zeroFloats(1, "a weight");
            var rows = arrays.doubles(frame.ny(), "losses of rows that are timed");
            var gradient = arrays.floats(object.count(), "a gradient that is timed");
            telescope.reserve(batch, true);
            return DeviceTimer.fastestNanos(
                    session,
                    () -> telescope.compare(
                            estimate,
                            batch,
                            target.address(),
                            weight.address(),
                            rows.address(),
                            gradient.address(),
                            false,
                            true));
        }
    }
}
