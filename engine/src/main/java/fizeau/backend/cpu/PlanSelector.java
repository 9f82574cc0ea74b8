// SPDX-License-Identifier: Apache-2.0
package fizeau.backend.cpu;

import fizeau.backend.BoxKey;
import fizeau.backend.Plan;
import fizeau.backend.PlanMemory;
import fizeau.optics.Box;
import fizeau.optics.Mask;
import fizeau.optics.Shape;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;

/**
 * Chooses the fastest plan for a shape by timing each on a transform and its adjoint, and remembers the winner for boxes
 * of about the same size and as many threads. Small boxes need no timing.
 */
final class PlanSelector {

    /** Where the box's edges are this small a part of the frame's, the matrix plan was the fastest in every trial. */
    private static final int CLEARLY_MATRIX = 4;

    private static final int REPEATS = 3;

    /** A plan whose first run takes this many times the best so far is not tried again. */
    private static final int HOPELESS = 2;

    /** A later plan must be this much faster: a disturbed timing shall not decide for long. */
    private static final double CLEARLY_FASTER = 0.9;

    private final PlanMemory memory;
    private final Map<Key, Plan> chosen = new HashMap<>();

    private record Key(BoxKey box, int threads) {

        String text() {
            return box + ", " + threads + " threads";
        }
    }

    PlanSelector(PlanMemory memory) {
        this.memory = memory;
    }

    /** The fastest plan for a mask with at least one open sample. */
    synchronized Plan select(Shape object, Mask mask, TransformFactory transforms) {
        Box box = mask.bounds();
        Shape frame = mask.shape();
        if (box.height() <= frame.ny() / CLEARLY_MATRIX && box.width() <= frame.nx() / CLEARLY_MATRIX) {
            return Plan.MATRIX;
        }
        Key key = new Key(BoxKey.of(object, mask), transforms.workers());
        return chosen.computeIfAbsent(key, any -> memory.find(key.text(), () -> fastest(object, mask, transforms)));
    }

    private static Plan fastest(Shape object, Mask mask, TransformFactory transforms) {
        Plan best = Plan.MATRIX;
        long bestNanos = time(object, mask, best, transforms, Long.MAX_VALUE);
        for (Plan plan : new Plan[] {Plan.PRUNED, Plan.FFT}) {
            long nanos = time(object, mask, plan, transforms, bestNanos);
            if (nanos < CLEARLY_FASTER * bestNanos) {
                bestNanos = nanos;
                best = plan;
            }
        }
        return best;
    }

    private static long time(Shape object, Mask mask, Plan plan, TransformFactory transforms, long bestNanos) {
        float[] image = new float[object.count()];
        Arrays.fill(image, 1);
        float[] gradient = new float[object.count()];
        float[] amplitudes = new float[mask.shape().count()];
        long fastest = Long.MAX_VALUE;
        try (MaskedTransform transform = transforms.open(mask, plan)) {
            for (int i = 0; i <= REPEATS; i++) {
                long start = System.nanoTime();
                transform.project(image, null);
                transform.forwardAndAdjoint(worker -> new DetectorRuns.L1(amplitudes), 1, gradient);
                long nanos = System.nanoTime() - start;
                if (i > 0) { // the first run touches new memory
                    fastest = Math.min(fastest, nanos);
                } else if (bestNanos < Long.MAX_VALUE && nanos > HOPELESS * bestNanos) {
                    return nanos;
                }
            }
        }
        return fastest;
    }
}
