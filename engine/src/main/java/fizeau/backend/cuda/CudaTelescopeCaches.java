// SPDX-License-Identifier: Apache-2.0
package fizeau.backend.cuda;

import fizeau.backend.Closing;
import fizeau.backend.Plan;
import fizeau.backend.cuda.DeviceCaches.MeasurementKey;
import fizeau.backend.cuda.raw.DeviceMemory;
import fizeau.cache.BoundedCache;
import fizeau.cache.CacheProbe;
import fizeau.kernels.RootTable;
import fizeau.optics.Aperture;
import fizeau.optics.Mask;
import fizeau.optics.PixelPosition;
import fizeau.optics.Shape;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.Consumer;
import java.util.function.ToLongFunction;

/**
 * The caches of a training session on the device with the keys, values and ways to make them that a session has, taken apart
 * for benchmarks. Making a value is waited for, a look-up is the host's alone. Owns its values; borrows the session, on whose
 * thread it is used.
 */
public final class CudaTelescopeCaches implements AutoCloseable {

    private static final long NO_BOUND = Long.MAX_VALUE;

    /** Between the orders of root tables: a session has one, smaller ones stand in for what came before it. */
    private static final int ORDER_STEP = 4;

    private final Shape frame;
    private final Aperture aperture;
    private final List<PixelPosition> centres;
    private final CudaSession session;
    private final List<AutoCloseable> owned = new ArrayList<>();
    private final DeviceCaches tables;
    private final BoxTelescope telescope;
    private final DeviceMemory object;
    private final DeviceMemory detector;
    private final Measurements measurements;
    private final Roots roots;
    private final Masks masks;

    CudaTelescopeCaches(
            Shape objectShape,
            Shape frame,
            Aperture aperture,
            float[] object,
            List<PixelPosition> centres,
            CudaSession session) {
        this.frame = frame;
        this.aperture = aperture;
        this.centres = CacheProbe.requireDistinct(centres);
        this.session = session;
        try {
            this.tables = own(new DeviceCaches(session, CacheSwitches.FRESH_MEASUREMENTS));
            Workspace workspace = own(new Workspace(session));
            this.telescope = new BoxTelescope(objectShape, frame, session, tables, workspace);
            this.object = own(session.upload(object, "an object of " + objectShape));
            this.detector = own(session.allocate((long) Float.BYTES * frame.count(), "a measurement of " + frame));
            this.measurements = new Measurements();
            this.roots = new Roots();
            this.masks = new Masks();
        } catch (RuntimeException failure) {
            throw Closing.afterFailure(failure, this::close);
        }
    }

    private <T extends AutoCloseable> T own(T part) {
        owned.add(0, part);
        return part;
    }

    /** The cache of measurements; a look-up saves a measurement by the kernels, and memory for it. */
    public CacheProbe measurement() {
        return measurements;
    }

    /** The cache of transform tables, which is what the box form keeps of a transform. */
    public CacheProbe fft() {
        return roots;
    }

    /** The cache of aperture masks on the device, which records call the grid cache. */
    public CacheProbe masks() {
        return masks;
    }

    @Override
    public void close() {
        List<AutoCloseable> all = List.copyOf(owned);
        owned.clear();
        Closing.all(all);
    }

    private Mask maskOf(int key) {
        return aperture.mask(frame, centres.get(key));
    }

    private void measureInto(MaskBatch mask, DeviceMemory target) {
        try (DeviceTelescope.Batch batch = telescope.prepare(mask, 1)) {
            batch.measure(object, false, target);
        }
        session.stream().synchronize();
    }

    private boolean sameBits(DeviceMemory one, DeviceMemory other) {
        float[][] values = new float[2][(int) (one.bytes() / Float.BYTES)];
        session.download(one, 0, values[0], 0, values[0].length);
        session.download(other, 0, values[1], 0, values[1].length);
        return one.bytes() == other.bytes() && Arrays.equals(values[0], values[1]);
    }

    /** What the three have in common: values that stay, and a cache of one that borrows them. */
    private abstract class Probe<K, V extends AutoCloseable> implements CacheProbe {
        private final String name;
        private final BoundedCache<K, V> kept;
        private final BoundedCache<K, V> single;
        private final List<K> keys = new ArrayList<>();
        private final List<V> values = new ArrayList<>();

        Probe(String name, ToLongFunction<V> weigher, Consumer<V> release) {
            this.name = name;
            this.kept = own(new BoundedCache<>(Integer.MAX_VALUE, NO_BOUND, weigher, release));
            this.single = new BoundedCache<>(1, NO_BOUND, weigher, borrowed -> {});
        }

        /** Makes and keeps the value of the next key. */
        final void keep(K key, V value) {
            keys.add(key);
            kept.acquire(key, any -> value).close();
            values.add(value);
        }

        /** A value made anew; the caller closes it. */
        abstract V make(int key);

        abstract boolean same(V one, V other);

        final V value(int key) {
            return values.get(key);
        }

        @Override
        public final String name() {
            return name;
        }

        @Override
        public final int keys() {
            return keys.size();
        }

        @Override
        public final long bytes() {
            return kept.statistics().bytes();
        }

        @Override
        public final long recompute(int key) {
            closed(make(key));
            return key;
        }

        @Override
        public final long hit(int key) {
            try (var lease = kept.acquire(keys.get(key), CacheProbe::absent)) {
                return System.identityHashCode(lease.value());
            }
        }

        @Override
        public final long missWithoutWork(int key) {
            try (var lease = single.acquire(keys.get(key), any -> values.get(key))) {
                return System.identityHashCode(lease.value());
            }
        }

        @Override
        public long use(int key) {
            return 0;
        }

        @Override
        public final boolean keptEqualsRecomputed(int key) {
            V fresh = make(key);
            try {
                return same(value(key), fresh);
            } finally {
                closed(fresh);
            }
        }

        private void closed(V value) {
            Closing.all(List.of(value));
        }
    }

    private final class Measurements extends Probe<MeasurementKey, DeviceMemory> {

        Measurements() {
            super("measurement", DeviceMemory::bytes, DeviceMemory::close);
            for (int key = 0; key < centres.size(); key++) {
                keep(new MeasurementKey(0, MaskBatch.of(maskOf(key)), Plan.MATRIX), make(key));
            }
        }

        @Override
        DeviceMemory make(int key) {
            DeviceMemory target = session.allocate((long) Float.BYTES * frame.count(), "a measurement of " + frame);
            try {
                measureInto(MaskBatch.of(maskOf(key)), target);
                return target;
            } catch (RuntimeException failure) {
                throw Closing.afterFailure(failure, target);
            }
        }

        @Override
        boolean same(DeviceMemory one, DeviceMemory other) {
            return sameBits(one, other);
        }
    }

    private final class Roots extends Probe<Integer, DeviceMemory> {

        Roots() {
            super("fft", DeviceMemory::bytes, DeviceMemory::close);
            for (int key = 0; key < centres.size(); key++) {
                keep(orderOf(key), make(key));
            }
        }

        private int orderOf(int key) {
            return Math.max(1, frame.ny() - ORDER_STEP * key);
        }

        @Override
        DeviceMemory make(int key) {
            return session.upload(RootTable.of(orderOf(key)), orderOf(key) + " roots of unity");
        }

        @Override
        boolean same(DeviceMemory one, DeviceMemory other) {
            return sameBits(one, other);
        }

        @Override
        public long use(int key) {
            measureInto(MaskBatch.of(maskOf(key)), detector);
            return key;
        }
    }

    private final class Masks extends Probe<PixelPosition, DeviceMasks> {

        Masks() {
            super("mask", DeviceMasks::bytes, DeviceMasks::close);
            for (int key = 0; key < centres.size(); key++) {
                keep(centres.get(key), make(key));
            }
        }

        @Override
        DeviceMasks make(int key) {
            return DeviceMasks.upload(session, MaskBatch.of(maskOf(key)));
        }

        @Override
        boolean same(DeviceMasks one, DeviceMasks other) {
            return sameBits(one.samples(), other.samples()) && sameBits(one.origins(), other.origins());
        }
    }
}
