// SPDX-License-Identifier: Apache-2.0
package fizeau.backend.cpu;

import fizeau.optics.Mask;
import fizeau.optics.Shape;
import java.util.function.IntFunction;

/**
 * The telescope's operator through one mask in matrix form, forward and adjoint: object, spectrum inside the mask's
 * bounding box, detector field, and back. The detector field exists only a tile at a time, while {@link DetectorRun} uses
 * it.
 *
 * <p>With A the object factors of an axis and E the detector factors: {@code S = M (Ay X Ax')}, {@code u = Ey S Ex'}. The
 * spectrum is kept sorted by classes of remainders ({@link ResidueOrder}), so that every step is a real matrix product and
 * its adjoint the transposed product with the same factors. All steps along the horizontal axis concern one row of the
 * spectrum only ({@link SpectrumRows}), those along the vertical axis one tile of the detector ({@link DetectorTiles}): two
 * phases forward, two and one for the object's rows back.
 *
 * <p>Owns its buffers; borrows factors, pool and the workers' scratch.
 */
final class MatrixTransform implements MaskedTransform {
    private final Shape object;
    private final WorkerPool pool;
    private final TileOrder order;
    private final Axis vertical;
    private final NativeFloats image;
    private final NativeFloats columns;
    private final SpectrumRows spectrum;
    private final DetectorTiles detector;
    private final float[][] rows;

    /** The factors of one axis, for the extent of the mask's bounding box along it. */
    record Axis(ObjectFactors object, DetectorFactors detector) {
        ResidueOrder order() {
            return object.order();
        }
    }

    /** @param scratch one for each worker of the pool */
    MatrixTransform(
            Shape object, Mask mask, Axis vertical, Axis horizontal, WorkerPool pool, DetectorScratch[] scratch) {
        this.object = object;
        this.pool = pool;
        this.vertical = vertical;
        this.order = new TileOrder(
                mask.shape(),
                vertical.detector().positions(),
                horizontal.detector().positions());
        this.image = NativeFloats.allocate(object.count());
        this.columns =
                NativeFloats.allocate(2L * mask.shape().nx() * vertical.order().count());
        this.spectrum = new SpectrumRows(object, mask, vertical, horizontal, order, columns, scratch);
        this.detector = new DetectorTiles(vertical, order, columns, scratch);
        this.rows = new float[pool.workers()][object.nx()];
    }

    @Override
    public void project(float[] real, float[] imaginary) {
        image.put(0, real, 0, object.count());
        if (imaginary == null) {
            pool.run((worker, workers) -> {
                spectrum.addObject(image, false, worker, workers);
                spectrum.toColumns(worker, workers);
            });
        } else {
            pool.run((worker, workers) -> spectrum.addObject(image, false, worker, workers));
            image.put(0, imaginary, 0, object.count());
            pool.run((worker, workers) -> {
                spectrum.addObject(image, true, worker, workers);
                spectrum.toColumns(worker, workers);
            });
        }
    }

    @Override
    public void forward(IntFunction<DetectorRun> uses) {
        pool.run((worker, workers) -> detector.use(uses.apply(worker), false, worker, workers));
    }

    @Override
    public void forwardAndAdjoint(IntFunction<DetectorRun> uses, float weight, float[] objectGradient) {
        pool.run((worker, workers) -> detector.use(uses.apply(worker), true, worker, workers));
        pool.run(spectrum::fromColumns);
        pool.run((worker, workers) -> objectAdjoint(worker, workers, weight, objectGradient));
    }

    @Override
    public int detectorIndex(int position) {
        return order.detectorIndex(position);
    }

    @Override
    public long bytes() {
        return image.bytes() + columns.bytes() + spectrum.bytes();
    }

    @Override
    public void close() {
        image.close();
        columns.close();
        spectrum.close();
    }

    private void objectAdjoint(int worker, int workers, float weight, float[] objectGradient) {
        int from = WorkerPool.from(object.ny(), worker, workers);
        int share = WorkerPool.from(object.ny(), worker + 1, workers) - from;
        if (share == 0) {
            return;
        }
        int nx = object.nx();
        Blas.multiplyTransposedLeft(
                share,
                nx,
                2 * vertical.order().count(),
                vertical.object().splitColumn(from),
                object.ny(),
                spectrum.halfway().at(0),
                nx,
                0,
                image.at(from * nx),
                nx);
        float[] row = rows[worker];
        for (int y = from; y < from + share; y++) {
            image.get(y * nx, row, 0, nx);
            for (int x = 0; x < nx; x++) {
                objectGradient[y * nx + x] += weight * row[x];
            }
        }
    }
}
