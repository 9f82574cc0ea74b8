// SPDX-License-Identifier: Apache-2.0
package fizeau.backend.cpu;

import fizeau.backend.Plan;
import fizeau.cache.BoundedCache;
import fizeau.cache.CacheStatistics;
import fizeau.optics.Box;
import fizeau.optics.Mask;
import fizeau.optics.Shape;
import java.util.ArrayList;
import java.util.List;
import java.util.function.IntFunction;

/**
 * Opens transforms for masks of one frame. Owns the workers' scratch and the FFT cache: the factor tables of the matrix
 * plan, which depend on the place and size of a mask's bounding box and serve every transform with the same box. Borrows
 * the pool.
 */
final class TransformFactory implements AutoCloseable {

    /** Factors of some thirty boxes: a whole workload of twenty samples has about as many. */
    private static final int MOST_FACTORS = 256;

    private static final long MOST_FACTOR_BYTES = 256L << 20;

    /** Identifies the factors of one axis. */
    private record ObjectKey(int length, int objectLength, int start, ResidueOrder order) {}

    private record DetectorKey(int length, ResidueOrder order) {}

    private final Shape object;
    private final Shape frame;
    private final WorkerPool pool;
    private final BoundedCache<ObjectKey, ObjectFactors> objectFactors;
    private final BoundedCache<DetectorKey, DetectorFactors> detectorFactors;
    private DetectorScratch[] scratch;
    private boolean closed;

    /** @param keepFactors the FFT cache's switch: off, factors are computed again for every transform */
    TransformFactory(Shape object, Shape frame, WorkerPool pool, boolean keepFactors) {
        this.object = object;
        this.frame = frame;
        this.pool = pool;
        int most = keepFactors ? MOST_FACTORS : 0;
        this.objectFactors = new BoundedCache<>(most, MOST_FACTOR_BYTES, ObjectFactors::bytes, ObjectFactors::close);
        this.detectorFactors =
                new BoundedCache<>(most, MOST_FACTOR_BYTES, DetectorFactors::bytes, DetectorFactors::close);
    }

    /** Threads that its transforms use. */
    int workers() {
        return pool.workers();
    }

    /** A transform through a mask with at least one open sample. */
    MaskedTransform open(Mask mask, Plan plan) {
        if (closed) {
            throw new IllegalStateException("transforms on " + frame + " are closed");
        }
        return switch (plan) {
            case FFT -> new FftTransform(object, mask, false, pool);
            case PRUNED -> new FftTransform(object, mask, true, pool);
            case MATRIX -> openMatrix(mask);
        };
    }

    /** Counters of both kinds of factors together. */
    CacheStatistics statistics() {
        CacheStatistics a = objectFactors.statistics();
        CacheStatistics b = detectorFactors.statistics();
        return new CacheStatistics(
                a.hits() + b.hits(),
                a.misses() + b.misses(),
                a.loadFailures() + b.loadFailures(),
                a.evictions() + b.evictions(),
                a.entries() + b.entries(),
                a.bytes() + b.bytes());
    }

    @Override
    public void close() {
        closed = true;
        objectFactors.close();
        detectorFactors.close();
        if (scratch != null) {
            for (DetectorScratch own : scratch) {
                own.close();
            }
            scratch = null;
        }
    }

    private MaskedTransform openMatrix(Mask mask) {
        Box box = mask.bounds();
        ResidueOrder vertical = ResidueOrder.fitting(box.height(), frame.ny());
        ResidueOrder horizontal = ResidueOrder.fitting(box.width(), frame.nx());
        if (scratch == null) {
            scratch = DetectorScratch.forWorkers(frame, pool.workers());
        }
        List<AutoCloseable> leases = new ArrayList<>();
        MatrixTransform.Axis rows = axis(frame.ny(), object.ny(), box.top(), vertical, leases);
        MatrixTransform.Axis columns = axis(frame.nx(), object.nx(), box.left(), horizontal, leases);
        return new Leased(new MatrixTransform(object, mask, rows, columns, pool, scratch), leases);
    }

    private MatrixTransform.Axis axis(
            int length, int objectLength, int start, ResidueOrder order, List<AutoCloseable> leases) {
        var forObject = objectFactors.acquire(
                new ObjectKey(length, objectLength, start, order),
                key -> new ObjectFactors(key.length(), key.objectLength(), key.start(), key.order()));
        leases.add(forObject);
        var forDetector = detectorFactors.acquire(
                new DetectorKey(length, order), key -> new DetectorFactors(key.length(), key.order()));
        leases.add(forDetector);
        return new MatrixTransform.Axis(forObject.value(), forDetector.value());
    }

    /** A transform that returns the factors it borrowed when it is closed. */
    private record Leased(MatrixTransform transform, List<AutoCloseable> leases) implements MaskedTransform {

        @Override
        public void project(float[] real, float[] imaginary) {
            transform.project(real, imaginary);
        }

        @Override
        public void forward(IntFunction<DetectorRun> uses) {
            transform.forward(uses);
        }

        @Override
        public void forwardAndAdjoint(IntFunction<DetectorRun> uses, float weight, float[] objectGradient) {
            transform.forwardAndAdjoint(uses, weight, objectGradient);
        }

        @Override
        public int detectorIndex(int position) {
            return transform.detectorIndex(position);
        }

        @Override
        public long bytes() {
            return transform.bytes();
        }

        @Override
        public void close() {
            transform.close();
            for (AutoCloseable lease : leases) {
                try {
                    lease.close();
                } catch (Exception impossible) { // leases declare none
                    throw new IllegalStateException(impossible);
                }
            }
        }
    }
}
