// SPDX-License-Identifier: Apache-2.0
package fizeau.backend.cuda;

import fizeau.backend.Closing;
import fizeau.backend.Plan;
import fizeau.backend.cuda.raw.CufftPlan;
import fizeau.backend.cuda.raw.DeviceMemory;
import fizeau.cache.BoundedCache;
import fizeau.cache.CacheStatistics;
import fizeau.kernels.RootTable;
import fizeau.optics.Shape;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;

/**
 * The three caches with values that stay on the device. Owns the values; belongs to one session and is used on its thread.
 */
final class DeviceCaches implements AutoCloseable {

    private static final int ENTRIES = 256;

    /** Plans hold tables beside the work area that we count, so fewer of them are kept. */
    private static final int PLANS = 16;

    /** Shares of the device's memory: measurements are what a cache here is mostly for. */
    private static final int MEASUREMENT_SHARE = 4;

    private static final int OTHER_SHARE = 16;

    /**
     * What decides a measurement. The generation stands for the object, so that its pixels need not be looked at.
     *
     * @param generation number of the object, different for every load in a session
     * @param batch the masks
     * @param plan how it was computed: results of plans differ by rounding
     */
    record MeasurementKey(long generation, MaskBatch batch, Plan plan) {}

    /**
     * What decides a transform plan.
     *
     * @param frame size of an image
     * @param images how many are transformed together
     */
    record TransformKey(Shape frame, int images) {}

    private final CudaSession session;
    private final BoundedCache<MeasurementKey, DeviceMemory> measurements;
    private final BoundedCache<Integer, DeviceMemory> roots;
    private final BoundedCache<TransformKey, CufftPlan> transforms;
    private final BoundedCache<MaskBatch, DeviceMasks> masks;
    private final CacheSwitches switches;
    private long generations;

    DeviceCaches(CudaSession session, CacheSwitches switches) {
        this.session = session;
        this.switches = switches;
        long bytes = session.context().device().memoryBytes();
        this.measurements = new BoundedCache<>(
                switches.measurement() ? ENTRIES : 0,
                bytes / MEASUREMENT_SHARE,
                DeviceMemory::bytes,
                DeviceMemory::close);
        this.roots = new BoundedCache<>(
                switches.fft() ? ENTRIES : 0, bytes / OTHER_SHARE, DeviceMemory::bytes, DeviceMemory::close);
        this.transforms = new BoundedCache<>(
                switches.fft() ? PLANS : 0, bytes / MEASUREMENT_SHARE, CufftPlan::bytes, CufftPlan::close);
        this.masks = new BoundedCache<>(
                switches.grid() ? ENTRIES : 0, bytes / OTHER_SHARE, DeviceMasks::bytes, DeviceMasks::close);
    }

    /** A number that no object had before. */
    long newGeneration() {
        return ++generations;
    }

    /** {@code exp(-2 pi i t / order)} for all t. */
    BoundedCache<Integer, DeviceMemory>.Lease roots(int order) {
        return roots.acquire(order, key -> session.upload(RootTable.of(key), key + " roots of unity"));
    }

    /** A plan of cuFFT with its work area. */
    BoundedCache<TransformKey, CufftPlan>.Lease transform(TransformKey key) {
        return transforms.acquire(
                key,
                wanted -> session.planTransforms(
                        wanted.frame().ny(), wanted.frame().nx(), wanted.images()));
    }

    /** What is kept and what is not. */
    CacheSwitches switches() {
        return switches;
    }

    BoundedCache<MaskBatch, DeviceMasks>.Lease masks(MaskBatch batch) {
        return masks.acquire(batch, key -> DeviceMasks.upload(session, key));
    }

    /** @param measure makes the measurement in memory of its own */
    BoundedCache<MeasurementKey, DeviceMemory>.Lease measurement(MeasurementKey key, Supplier<DeviceMemory> measure) {
        return measurements.acquire(key, wanted -> measure.get());
    }

    /** Drops the measurements of an object that nobody will ask for any more. */
    void forget(long generation) {
        measurements.removeIf(key -> key.generation() == generation);
    }

    /** By the names that records use. */
    Map<String, CacheStatistics> statistics() {
        return Map.of(
                "measurement",
                measurements.statistics(),
                "fft",
                roots.statistics().plus(transforms.statistics()),
                "grid",
                masks.statistics());
    }

    @Override
    public void close() {
        Closing.all(List.of(measurements, transforms, masks, roots));
    }
}
