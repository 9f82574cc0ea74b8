// SPDX-License-Identifier: Apache-2.0
package fizeau.backend.cpu;

import fizeau.backend.Plan;
import fizeau.backend.Switches;
import fizeau.backend.TrainingSpec;
import fizeau.cache.BoundedCache;
import fizeau.cache.CacheStatistics;
import fizeau.optics.Mask;
import fizeau.optics.PixelPosition;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;

/**
 * The dual measurement and the loss of an estimate against it, with its gradient: through the cumulative mask against the
 * frozen estimate ("old"), through the new aperture against the object ("new"), each a normalised L1. At the first sample
 * both are the new image, so it counts twice.
 *
 * <p>Owns the three caches. Every iteration asks for masks, transforms and targets; what a switch turns off is really
 * done again each time. Borrows the pool.
 */
final class TelescopeLoss implements AutoCloseable {

    /** The new and the cumulative transform of one sample, and those of the sample before while they change over. */
    private static final int MOST_TRANSFORMS = 4;

    private static final int MOST_MEASUREMENTS = 256;
    private static final int MOST_MASKS = 512;
    private static final long MOST_BYTES = 1L << 30;

    /** The generation of the object; frozen estimates count from 1. */
    private static final int OBJECT = 0;

    /** What was measured: the {@link #OBJECT} or the estimate frozen before a sample. */
    record MeasurementKey(int generation, Mask mask, Plan plan) {}

    record TransformKey(Mask mask, Plan plan) {}

    private final TrainingSpec spec;
    private final Switches switches;
    private final WorkerPool pool;
    private final PlanSelector selector;
    private final TransformFactory transforms;
    private final BoundedCache<MeasurementKey, MeasuredTarget> measurements;
    private final BoundedCache<TransformKey, MaskedTransform> plans;
    private final BoundedCache<PixelPosition, Mask> masks;
    private final Map<String, String> planNames = new HashMap<>();
    private final float[] object;

    private Mask cumulative;
    private int samples;
    private PixelPosition centre;
    private float[] frozen;
    private int iteration;

    TelescopeLoss(TrainingSpec spec, Switches switches, float[] object, WorkerPool pool, PlanSelector selector) {
        this.spec = spec;
        this.switches = switches;
        this.pool = pool;
        this.selector = selector;
        this.object = object.clone();
        this.transforms = new TransformFactory(spec.object(), spec.frame(), pool, switches.fftCache());
        this.measurements = BoundedCache.ofHeapValues(
                switches.measurementCache() ? MOST_MEASUREMENTS : 0, MOST_BYTES, MeasuredTarget::bytes);
        this.plans = new BoundedCache<>(
                switches.fftCache() ? MOST_TRANSFORMS : 0, MOST_BYTES, MaskedTransform::bytes, MaskedTransform::close);
        this.masks = BoundedCache.ofHeapValues(switches.gridCache() ? MOST_MASKS : 0, MOST_BYTES, Mask::bytes);
        this.cumulative = Mask.closed(spec.frame());
    }

    /** Whether no sample has ended yet. */
    boolean isFirstSample() {
        return samples == 0;
    }

    /** @param frozenEstimate what the old target is measured from; not used at the first sample */
    void beginSample(PixelPosition newCentre, float[] frozenEstimate) {
        centre = newCentre;
        frozen = frozenEstimate;
        iteration = 0;
        if (newMask().openCount() == 0) {
            throw new IllegalArgumentException("the aperture at (" + newCentre.y() + ", " + newCentre.x()
                    + ") lies outside the frame of " + spec.frame() + ": use a smaller pattern radius");
        }
    }

    void endSample() {
        cumulative = cumulative.union(newMask());
        samples++;
        // the estimate frozen before this sample is gone, so nobody can ask for what was measured from it
        measurements.removeIf(key -> key.generation() != OBJECT);
    }

    /** The loss of an estimate, old + new; its gradient is written to {@code gradient}, {@code object.count()} values. */
    double evaluate(float[] estimate, float[] gradient) {
        Arrays.fill(gradient, 0);
        Mask mask = newMask();
        double loss = compare(estimate, mask, "new", OBJECT, object, isFirstSample() ? 2 : 1, gradient);
        if (!isFirstSample() && !isStillFrozen(estimate)) {
            loss += compare(estimate, cumulative, "cumulative", samples, frozen, 1, gradient);
        }
        iteration++;
        return loss;
    }

    /**
     * Whether the estimate is the frozen one, as it is in a sample's first iteration: both measure the same, so the old part
     * of the loss is zero with its gradient, and the frozen estimate's measurement can wait. Without the measurement cache
     * everything is measured in every iteration.
     */
    private boolean isStillFrozen(float[] estimate) {
        return iteration == 0 && switches.measurementCache() && Arrays.equals(estimate, frozen);
    }

    Map<String, CacheStatistics> cacheStatistics() {
        return Map.of("measurement", measurements.statistics(), "fft", plans.statistics(), "grid", masks.statistics());
    }

    /** The plan last used for each purpose and size of box. */
    Map<String, String> planNames() {
        return planNames;
    }

    @Override
    public void close() {
        plans.close();
        measurements.close();
        masks.close();
        transforms.close();
    }

    private Mask newMask() {
        return masks.get(centre, position -> spec.aperture().mask(spec.frame(), position));
    }

    private double compare(
            float[] estimate,
            Mask mask,
            String purpose,
            int generation,
            float[] measured,
            int times,
            float[] gradient) {
        Plan plan = switches.plan().orElseGet(() -> selector.select(spec.object(), mask, transforms));
        if (iteration < 2) {
            String size = mask.bounds().height() + " x " + mask.bounds().width();
            planNames.put(purpose + " " + size, plan.word());
        }
        try (var lease = plans.acquire(new TransformKey(mask, plan), key -> transforms.open(key.mask(), key.plan()))) {
            MaskedTransform transform = lease.value();
            MeasuredTarget target =
                    measurements.get(new MeasurementKey(generation, mask, plan), key -> measure(transform, measured));
            transform.project(estimate, null);
            DetectorRuns.L1[] uses = new DetectorRuns.L1[pool.workers()];
            for (int worker = 0; worker < uses.length; worker++) {
                uses[worker] = new DetectorRuns.L1(target.amplitudes());
            }
            double weight = times * target.weight();
            transform.forwardAndAdjoint(worker -> uses[worker], (float) weight, gradient);
            double sum = 0;
            for (DetectorRuns.L1 use : uses) {
                sum += use.sum();
            }
            return weight * sum;
        }
    }

    private MeasuredTarget measure(MaskedTransform transform, float[] amplitude) {
        float[] detector = new float[spec.frame().count()];
        transform.project(amplitude, null);
        transform.forward(worker -> DetectorRuns.amplitude(detector));
        return MeasuredTarget.of(detector);
    }
}
