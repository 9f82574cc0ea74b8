// SPDX-License-Identifier: Apache-2.0
package fizeau.backend.cuda;

import fizeau.backend.Closing;
import fizeau.backend.Plan;
import fizeau.backend.Switches;
import fizeau.backend.TrainingSpec;
import fizeau.backend.cuda.DeviceCaches.MeasurementKey;
import fizeau.backend.cuda.raw.DeviceMemory;
import fizeau.cache.BoundedCache;
import fizeau.cache.CacheStatistics;
import fizeau.kernels.DeviceAddress;
import fizeau.kernels.TargetWeightParameters;
import fizeau.optics.Mask;
import fizeau.optics.PixelPosition;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * The dual measurement and the normalised L1 loss of an estimate against it, with its gradient: through the cumulative mask
 * against the frozen estimate, through the new aperture against the object. At the first sample both are the new image, so it
 * counts twice. Everything stays on the device, targets in the measurement cache; what a switch turns off is done again in
 * every iteration. Owns caches and memory.
 */
final class DeviceLoss implements AutoCloseable {

    /** Keeps the quotient finite where nothing was measured. */
    private static final double FLOOR = 1e-8;

    /** The new and the cumulative comparison. */
    private static final int COMPARISONS = 2;

    private final TrainingSpec spec;
    private final Switches switches;
    private final CudaSession session;
    private final DeviceCaches caches;
    private final Workspace workspace;
    private final Optional<Plan> plan;
    private final Map<Plan, DeviceTelescope> telescopes;
    private final DeviceArrays arrays;
    private final DeviceMemory object;
    private final DeviceMemory frozen;
    private final DeviceMemory gradient;
    private final DeviceMemory weights;
    private final DeviceMemory rowLoss;
    private final Map<String, String> planNames = new HashMap<>();
    private final List<AutoCloseable> pinned = new ArrayList<>();
    private final long objectGeneration;
    private long frozenGeneration;

    private Mask cumulative;
    private Mask mask;
    private PixelPosition centre;
    private final Set<Plan> loaded = EnumSet.noneOf(Plan.class);
    private Plan newPlan;
    private Plan cumulativePlan;
    private boolean first = true;

    /**
     * @param plan how the telescope is computed
     * @param decoder whose estimates are compared
     */
    DeviceLoss(
            TrainingSpec spec,
            Switches switches,
            Optional<Plan> plan,
            float[] object,
            CudaSession session,
            DecoderPasses decoder) {
        this.spec = spec;
        this.switches = switches;
        this.plan = plan;
        this.telescopes = new EnumMap<>(Plan.class);
        this.session = session;
        this.caches = new DeviceCaches(
                session, new CacheSwitches(switches.measurementCache(), switches.fftCache(), switches.gridCache()));
        this.workspace = new Workspace(session);
        this.arrays = new DeviceArrays(session);
        try {
            this.object = arrays.copyOf(object, "an object of " + spec.object());
            this.frozen = decoder.newImage(arrays, "a frozen estimate");
            this.gradient = arrays.floats(spec.object().count(), "a gradient of an estimate");
            this.weights = arrays.floats(COMPARISONS, "weights of comparisons");
            this.rowLoss = arrays.doubles((long) COMPARISONS * spec.frame().ny(), "losses of rows");
        } catch (RuntimeException failure) {
            throw Closing.afterFailure(failure, arrays);
        }
        this.objectGeneration = caches.newGeneration();
        this.cumulative = Mask.closed(spec.frame());
    }

    /** Whether no sample has ended yet. */
    boolean isFirstSample() {
        return first;
    }

    /** Where the estimate is to be frozen before a sample that is not the first. */
    DeviceAddress frozen() {
        return frozen.address();
    }

    /** Gradient with respect to the estimate, after {@link #queue}. */
    DeviceAddress gradient() {
        return gradient.address();
    }

    /** Parts of the loss, after {@link #queue}. */
    DeviceAddress rowLoss() {
        return rowLoss.address();
    }

    /** How many they are at this sample. */
    int rows() {
        return (first ? 1 : COMPARISONS) * spec.frame().ny();
    }

    /** Refuses an aperture that lets nothing through. */
    void requireOpen(PixelPosition position) {
        if (spec.aperture().mask(spec.frame(), position).openCount() == 0) {
            throw new IllegalArgumentException("the aperture at (" + position.y() + ", " + position.x()
                    + ") lies outside the frame of " + spec.frame() + ": use a smaller pattern radius");
        }
    }

    /**
     * Begins a sample; the estimate was frozen before.
     *
     * @param replayed whether launches will be replayed, so that what they use must stay where it is until the sample ends
     */
    void beginSample(PixelPosition newCentre, boolean replayed) {
        centre = newCentre;
        mask = spec.aperture().mask(spec.frame(), centre);
        frozenGeneration = caches.newGeneration();
        newPlan = planFor(mask);
        planNames.put("new " + sizeOf(mask), newPlan.word());
        telescope(newPlan).reserve(MaskBatch.of(mask), switches.fusedLoss());
        if (!first) {
            cumulativePlan = planFor(cumulative);
            planNames.put("cumulative " + sizeOf(cumulative), cumulativePlan.word());
            telescope(cumulativePlan).reserve(MaskBatch.of(cumulative), switches.fusedLoss());
        }
        if (replayed) {
            for (DeviceTelescope used : telescopes.values()) {
                used.pinTables(pinned);
            }
        }
        for (Comparison comparison : comparisons()) {
            if (replayed) {
                pinned.add(caches.masks(comparison.batch()));
                pinned.add(target(comparison));
            }
            if (switches.measurementCache()) {
                try (var target = target(comparison)) {
                    weigh(comparison, target.value());
                }
            }
            if (loaded.add(comparison.plan()) && !first) {
                load(comparison);
            }
        }
    }

    /** Runs a plan once that no iteration has run yet: a capture may not load its kernels. */
    private void load(Comparison comparison) {
        try (var target = target(comparison)) {
            compare(frozen, comparison, target.value());
        }
    }

    private Plan planFor(Mask some) {
        return plan.orElseGet(() -> session.plans().choose(spec.object(), some, !switches.deterministic()));
    }

    private DeviceTelescope telescope(Plan wanted) {
        return telescopes.computeIfAbsent(
                wanted, any -> DeviceTelescope.of(any, spec.object(), spec.frame(), session, caches, workspace));
    }

    private static String sizeOf(Mask some) {
        return some.bounds().height() + " x " + some.bounds().width();
    }

    /** Ends a sample and adds its mask to the cumulative one. */
    void endSample() {
        abandonSample();
        caches.forget(frozenGeneration); // that estimate is gone
        cumulative = cumulative.union(mask);
        first = false;
    }

    /** Ends a sample as if it had not been. */
    void abandonSample() {
        List<AutoCloseable> all = List.copyOf(pinned);
        pinned.clear();
        Closing.all(all);
    }

    /** Queues the loss of an estimate of {@code object.count()} amplitudes and its gradient. */
    void queue(DeviceMemory estimate) {
        if (!switches.gridCache()) {
            mask = spec.aperture().mask(spec.frame(), centre);
        }
        for (Comparison comparison : comparisons()) {
            try (var target = target(comparison)) {
                if (!switches.measurementCache()) {
                    weigh(comparison, target.value());
                }
                compare(estimate, comparison, target.value());
            }
        }
    }

    private void compare(DeviceMemory estimate, Comparison comparison, DeviceMemory target) {
        int number = comparison.number();
        telescope(comparison.plan())
                .compare(
                        estimate,
                        comparison.batch(),
                        target.address(),
                        weight(number),
                        rowLoss.address()
                                .plusBytes((long) Double.BYTES
                                        * number
                                        * spec.frame().ny()),
                        gradient.address(),
                        number > 0,
                        switches.fusedLoss());
    }

    /**
     * One of the two images that are compared.
     *
     * @param number 0: new; 1: cumulative
     * @param times how often it counts
     */
    private record Comparison(
            int number, long generation, DeviceMemory measured, MaskBatch batch, int times, Plan plan) {}

    private List<Comparison> comparisons() {
        Comparison aperture =
                new Comparison(0, objectGeneration, object, MaskBatch.of(mask), first ? COMPARISONS : 1, newPlan);
        return first
                ? List.of(aperture)
                : List.of(
                        aperture,
                        new Comparison(1, frozenGeneration, frozen, MaskBatch.of(cumulative), 1, cumulativePlan));
    }

    private BoundedCache<MeasurementKey, DeviceMemory>.Lease target(Comparison comparison) {
        MeasurementKey key = new MeasurementKey(comparison.generation(), comparison.batch(), comparison.plan());
        return caches.measurement(key, () -> measured(comparison));
    }

    private DeviceMemory measured(Comparison comparison) {
        DeviceMemory target =
                session.allocate((long) Float.BYTES * spec.frame().count(), "a measurement of " + spec.frame());
        try (DeviceTelescope.Batch batch = telescope(comparison.plan()).prepare(comparison.batch(), 1)) {
            batch.measure(comparison.measured(), false, target);
            return target;
        } catch (RuntimeException failure) {
            throw Closing.afterFailure(failure, target);
        }
    }

    private void weigh(Comparison comparison, DeviceMemory target) {
        session.launch(new TargetWeightParameters(
                target.address(),
                weight(comparison.number()),
                comparison.times(),
                FLOOR,
                spec.frame().count()));
    }

    private DeviceAddress weight(int number) {
        return weights.address().plusBytes((long) Float.BYTES * number);
    }

    Map<String, CacheStatistics> cacheStatistics() {
        return caches.statistics();
    }

    /** The plan of each purpose and size of box. */
    Map<String, String> planNames() {
        return planNames;
    }

    @Override
    public void close() {
        List<AutoCloseable> all = new ArrayList<>(pinned);
        pinned.clear();
        all.addAll(List.of(caches, workspace, arrays));
        Closing.all(all);
    }
}
