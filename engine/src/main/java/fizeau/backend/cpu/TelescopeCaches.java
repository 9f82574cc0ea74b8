// SPDX-License-Identifier: Apache-2.0
package fizeau.backend.cpu;

import fizeau.backend.Plan;
import fizeau.backend.PlanMemory;
import fizeau.backend.cpu.TelescopeLoss.MeasurementKey;
import fizeau.backend.cpu.TelescopeLoss.TransformKey;
import fizeau.cache.BoundedCache;
import fizeau.cache.CacheProbe;
import fizeau.optics.Aperture;
import fizeau.optics.Mask;
import fizeau.optics.PixelPosition;
import fizeau.optics.Shape;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * The caches of a training session with the keys, values and ways to make them that a session has, taken apart for
 * benchmarks. Owns its threads, transforms and values. Confined to one thread.
 */
public final class TelescopeCaches implements AutoCloseable {
    private static final long NO_BOUND = Long.MAX_VALUE;

    private final Shape object;
    private final Shape frame;
    private final Aperture aperture;
    private final List<PixelPosition> centres;
    private final float[] amplitudes;
    private final WorkerPool pool;
    private final TransformFactory keeping;
    private final TransformFactory forgetting;
    private final List<Mask> masks = new ArrayList<>();
    private final List<Plan> plans = new ArrayList<>();
    private final BoundedCache<TransformKey, MaskedTransform> transforms =
            new BoundedCache<>(Integer.MAX_VALUE, NO_BOUND, MaskedTransform::bytes, MaskedTransform::close);

    /**
     * @param amplitudes of the object, {@code object.count()} values, row-major; copied
     * @param centres aperture positions, at least two and all different; each is a key of every cache
     */
    public TelescopeCaches(
            Shape object,
            Shape frame,
            Aperture aperture,
            float[] amplitudes,
            List<PixelPosition> centres,
            int threads) {
        this.object = object;
        this.frame = frame;
        this.aperture = aperture;
        this.centres = CacheProbe.requireDistinct(centres);
        this.amplitudes = amplitudes.clone();
        this.pool = new WorkerPool(threads);
        this.keeping = new TransformFactory(object, frame, pool, true);
        this.forgetting = new TransformFactory(object, frame, pool, false);
        PlanSelector selector = new PlanSelector(PlanMemory.none());
        for (PixelPosition centre : centres) {
            Mask mask = aperture.mask(frame, centre);
            masks.add(mask);
            plans.add(selector.select(object, mask, keeping));
        }
    }

    /** The plan of each key, chosen as a session chooses it. */
    public List<Plan> plans() {
        return List.copyOf(plans);
    }

    /** The cache of measurements; a look-up saves a transform to the detector. */
    public CacheProbe measurement() {
        return new Measurements();
    }

    /** The cache of transforms with their factor tables; the transform itself is still to be used. */
    public CacheProbe fft() {
        return new Transforms();
    }

    /** The cache of aperture masks, which records call the grid cache. */
    public CacheProbe masks() {
        return new Masks();
    }

    @Override
    public void close() {
        transforms.close();
        keeping.close();
        forgetting.close();
        pool.close();
    }

    private BoundedCache<TransformKey, MaskedTransform>.Lease lease(int key) {
        return transforms.acquire(
                new TransformKey(masks.get(key), plans.get(key)), wanted -> keeping.open(wanted.mask(), wanted.plan()));
    }

    private float[] detector(MaskedTransform transform) {
        float[] detector = new float[frame.count()];
        transform.project(amplitudes, null);
        transform.forward(worker -> DetectorRuns.amplitude(detector));
        return detector;
    }

    private final class Measurements implements CacheProbe {
        private final BoundedCache<MeasurementKey, MeasuredTarget> kept =
                BoundedCache.ofHeapValues(Integer.MAX_VALUE, NO_BOUND, MeasuredTarget::bytes);
        private final BoundedCache<MeasurementKey, MeasuredTarget> single =
                BoundedCache.ofHeapValues(1, NO_BOUND, MeasuredTarget::bytes);
        private final List<MeasuredTarget> values = new ArrayList<>();

        Measurements() {
            for (int key = 0; key < keys(); key++) {
                MeasuredTarget value = measure(key);
                values.add(kept.get(cacheKey(key), any -> value));
            }
        }

        private MeasurementKey cacheKey(int key) {
            return new MeasurementKey(0, masks.get(key), plans.get(key));
        }

        private MeasuredTarget measure(int key) {
            try (var lease = lease(key)) {
                return MeasuredTarget.of(detector(lease.value()));
            }
        }

        @Override
        public String name() {
            return "measurement";
        }

        @Override
        public int keys() {
            return centres.size();
        }

        @Override
        public long bytes() {
            return kept.statistics().bytes();
        }

        @Override
        public long recompute(int key) {
            return measure(key).bytes();
        }

        @Override
        public long hit(int key) {
            return kept.get(cacheKey(key), CacheProbe::absent).bytes();
        }

        @Override
        public long missWithoutWork(int key) {
            return single.get(cacheKey(key), any -> values.get(key)).bytes();
        }

        @Override
        public long use(int key) {
            return 0;
        }

        @Override
        public boolean keptEqualsRecomputed(int key) {
            MeasuredTarget again = measure(key);
            return Arrays.equals(values.get(key).amplitudes(), again.amplitudes())
                    && Double.compare(values.get(key).mean(), again.mean()) == 0;
        }
    }

    private final class Transforms implements CacheProbe {
        private final BoundedCache<TransformKey, MaskedTransform> single =
                new BoundedCache<>(1, NO_BOUND, MaskedTransform::bytes, borrowed -> {});
        private final List<MaskedTransform> values = new ArrayList<>();

        Transforms() {
            for (int key = 0; key < keys(); key++) {
                try (var lease = lease(key)) {
                    values.add(lease.value());
                }
            }
        }

        @Override
        public String name() {
            return "fft";
        }

        @Override
        public int keys() {
            return centres.size();
        }

        @Override
        public long bytes() {
            return transforms.statistics().bytes() + keeping.statistics().bytes();
        }

        @Override
        public long recompute(int key) {
            try (MaskedTransform fresh = forgetting.open(masks.get(key), plans.get(key))) {
                return fresh.bytes();
            }
        }

        @Override
        public long hit(int key) {
            try (var lease = transforms.acquire(new TransformKey(masks.get(key), plans.get(key)), CacheProbe::absent)) {
                return lease.value().bytes();
            }
        }

        @Override
        public long missWithoutWork(int key) {
            try (var lease = single.acquire(new TransformKey(masks.get(key), plans.get(key)), any -> values.get(key))) {
                return lease.value().bytes();
            }
        }

        @Override
        public long use(int key) {
            return (long) detector(values.get(key))[0];
        }

        @Override
        public boolean keptEqualsRecomputed(int key) {
            try (MaskedTransform fresh = forgetting.open(masks.get(key), plans.get(key))) {
                return Arrays.equals(detector(values.get(key)), detector(fresh));
            }
        }
    }

    private final class Masks implements CacheProbe {
        private final BoundedCache<PixelPosition, Mask> kept =
                BoundedCache.ofHeapValues(Integer.MAX_VALUE, NO_BOUND, Mask::bytes);
        private final BoundedCache<PixelPosition, Mask> single = BoundedCache.ofHeapValues(1, NO_BOUND, Mask::bytes);

        Masks() {
            for (int key = 0; key < keys(); key++) {
                Mask mask = masks.get(key);
                kept.get(centres.get(key), any -> mask);
            }
        }

        @Override
        public String name() {
            return "mask";
        }

        @Override
        public int keys() {
            return centres.size();
        }

        @Override
        public long bytes() {
            return kept.statistics().bytes();
        }

        @Override
        public long recompute(int key) {
            return aperture.mask(frame, centres.get(key)).openCount();
        }

        @Override
        public long hit(int key) {
            return kept.get(centres.get(key), CacheProbe::absent).openCount();
        }

        @Override
        public long missWithoutWork(int key) {
            return single.get(centres.get(key), any -> masks.get(key)).openCount();
        }

        @Override
        public long use(int key) {
            return 0;
        }

        @Override
        public boolean keptEqualsRecomputed(int key) {
            return Arrays.equals(
                    masks.get(key).toBytes(),
                    aperture.mask(frame, centres.get(key)).toBytes());
        }
    }
}
