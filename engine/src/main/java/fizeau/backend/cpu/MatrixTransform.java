// SPDX-License-Identifier: Apache-2.0
package fizeau.backend.cpu;

import fizeau.optics.Box;
import fizeau.optics.Mask;
import fizeau.optics.Shape;
import java.util.function.IntFunction;

/**
 * The telescope's operator through one mask in matrix form, forward and adjoint: object, spectrum inside the mask's
 * bounding box, detector field, and back. The detector field exists only a few rows at a time, while {@link DetectorRow}
 * uses it.
 *
 * <p>With A the object factors of an axis and E the detector factors: {@code S = M (Ay X Ax')}, {@code u = Ey S Ex'}. The
 * spectrum is kept transposed and sorted by classes of remainders ({@link ResidueOrder}), so that every step is a real
 * matrix product and its adjoint the transposed product with the same factors.
 *
 * <p>Owns its buffers; borrows factors, pool and the workers' scratch.
 */
final class MatrixTransform implements MaskedTransform {
    private final Shape object;
    private final Shape frame;
    private final WorkerPool pool;
    private final Axis vertical;
    private final Axis horizontal;
    private final DetectorScratch[] scratch;
    private final int height;
    private final int width;
    private final float[] maskBySpectrum;
    private final NativeFloats image;
    private final NativeFloats halfway;
    private final NativeFloats spectrum;
    private final NativeFloats columns;

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
        this.frame = mask.shape();
        this.pool = pool;
        this.vertical = vertical;
        this.horizontal = horizontal;
        this.scratch = scratch;
        this.height = vertical.order().count();
        this.width = horizontal.order().count();
        this.maskBySpectrum = maskBySpectrum(mask);
        this.image = NativeFloats.allocate(object.count());
        this.halfway = NativeFloats.allocate(2L * height * object.nx());
        this.spectrum = NativeFloats.allocate(2L * width * height);
        this.columns = NativeFloats.allocate(2L * frame.nx() * height);
    }

    @Override
    public void project(float[] real, float[] imaginary) {
        load(real);
        pool.run((worker, workers) -> {
            int from = WorkerPool.from(2 * height, worker, workers);
            int rows = WorkerPool.from(2 * height, worker + 1, workers) - from;
            multiplySplit(from, from, rows, 0);
        });
        if (imaginary != null) {
            addImaginary(imaginary);
        }
        pool.run(this::makeSpectrum);
    }

    @Override
    public void forward(IntFunction<DetectorRow> uses) {
        pool.run(this::firstAxis);
        pool.run((worker, workers) -> secondAxis(worker, workers, uses.apply(worker), false));
    }

    @Override
    public void forwardAndAdjoint(IntFunction<DetectorRow> uses, float weight, float[] objectGradient) {
        pool.run(this::firstAxis);
        pool.run((worker, workers) -> secondAxis(worker, workers, uses.apply(worker), true));
        pool.run(this::firstAxisAdjoint);
        pool.run((worker, workers) -> objectAdjoint(worker, workers, weight, objectGradient));
    }

    @Override
    public long bytes() {
        return image.bytes() + halfway.bytes() + spectrum.bytes() + columns.bytes();
    }

    @Override
    public void close() {
        image.close();
        halfway.close();
        spectrum.close();
        columns.close();
    }

    private void load(float[] values) {
        image.put(0, values, 0, object.count());
    }

    /** {@code halfway[to ..] (+)= split[from ..] X} for a number of rows. */
    private void multiplySplit(int from, int to, int rows, float beta) {
        if (rows > 0) {
            Blas.multiply(
                    rows,
                    object.nx(),
                    object.ny(),
                    vertical.object().split(from),
                    object.ny(),
                    image.at(0),
                    object.nx(),
                    beta,
                    halfway.at(to * object.nx()),
                    object.nx());
        }
    }

    /** A (Xr + i Xi): the imaginary image goes with Are into the imaginary half and, negated, with Aim into the real. */
    private void addImaginary(float[] imaginary) {
        load(imaginary);
        multiplySplit(0, height, height, 1);
        float[] negated = new float[object.count()];
        for (int i = 0; i < negated.length; i++) {
            negated[i] = -imaginary[i];
        }
        load(negated);
        multiplySplit(height, 0, height, 1);
    }

    private void makeSpectrum(int worker, int workers) {
        int from = WorkerPool.from(2 * width, worker, workers);
        int rows = WorkerPool.from(2 * width, worker + 1, workers) - from;
        if (rows == 0) {
            return;
        }
        int nx = object.nx();
        Blas.multiplyTransposedRight(
                rows,
                height,
                nx,
                horizontal.object().direct(from),
                nx,
                halfway.at(0),
                nx,
                0,
                spectrum.at(from * height),
                height);
        Blas.multiplyTransposedRight(
                rows,
                height,
                nx,
                horizontal.object().turned(from),
                nx,
                halfway.at(height * nx),
                nx,
                1,
                spectrum.at(from * height),
                height);
        float[] row = scratch[worker].row();
        for (int r = from; r < from + rows; r++) {
            maskRow(row, r, 0, height);
        }
    }

    /** From the spectrum to every detector column, for a worker's share of the positions. */
    private void firstAxis(int worker, int workers) {
        DetectorFactors detector = horizontal.detector();
        ResidueOrder order = detector.order();
        int radix = order.radix();
        int from = WorkerPool.from(detector.positions(), worker, workers);
        int share = WorkerPool.from(detector.positions(), worker + 1, workers) - from;
        if (share == 0) {
            return;
        }
        DetectorScratch own = scratch[worker];
        int matrix = 2 * share * height;
        for (int r = 0; r < radix; r++) {
            int k = 2 * order.size(r);
            Blas.multiply(
                    2 * share,
                    height,
                    k,
                    detector.matrix(r, from),
                    k,
                    spectrum.at(2 * order.start(r) * height),
                    height,
                    0,
                    own.block().at(r * matrix),
                    height);
        }
        RowDft dft = new RowDft(radix, false);
        for (int p = 0; p < share; p++) {
            for (int r = 0; r < radix; r++) {
                int at = r * matrix + 2 * p * height;
                own.block().get(at, own.re()[r], 0, height);
                own.block().get(at + height, own.im()[r], 0, height);
            }
            dft.transform(own.re(), own.im(), height);
            for (int c = 0; c < radix; c++) {
                int column = from + p + c * detector.positions();
                interleaveClasses(own.re()[c], own.im()[c], own.row());
                columns.put(column * 2 * height, own.row(), 0, 2 * height);
            }
        }
    }

    /** From a worker's detector columns to the field, its use, and back to the columns. */
    private void secondAxis(int worker, int workers, DetectorRow use, boolean adjoint) {
        DetectorFactors detector = vertical.detector();
        ResidueOrder order = detector.order();
        int radix = order.radix();
        int positions = detector.positions();
        int from = WorkerPool.from(frame.nx(), worker, workers);
        int share = WorkerPool.from(frame.nx(), worker + 1, workers) - from;
        if (share == 0) {
            return;
        }
        DetectorScratch own = scratch[worker];
        int matrix = 2 * positions * share;
        for (int r = 0; r < radix; r++) {
            int k = 2 * order.size(r);
            Blas.multiplyTransposedRight(
                    2 * positions,
                    share,
                    k,
                    detector.matrix(r),
                    k,
                    columns.at((from * height + order.start(r)) * 2),
                    2 * height,
                    0,
                    own.block().at(r * matrix),
                    share);
        }
        RowDft dft = new RowDft(radix, false);
        RowDft inverse = new RowDft(radix, true);
        for (int p = 0; p < positions; p++) {
            for (int r = 0; r < radix; r++) {
                int at = r * matrix + 2 * p * share;
                own.block().get(at, own.re()[r], 0, share);
                own.block().get(at + share, own.im()[r], 0, share);
            }
            dft.transform(own.re(), own.im(), share);
            for (int c = 0; c < radix; c++) {
                use.accept(p + c * positions, from, own.re()[c], own.im()[c], share);
            }
            if (adjoint) {
                inverse.transform(own.re(), own.im(), share);
                for (int r = 0; r < radix; r++) {
                    int at = r * matrix + 2 * p * share;
                    own.block().put(at, own.re()[r], 0, share);
                    own.block().put(at + share, own.im()[r], 0, share);
                }
            }
        }
        for (int r = 0; adjoint && r < radix; r++) {
            int k = 2 * order.size(r);
            Blas.multiplyTransposedLeft(
                    share,
                    k,
                    2 * positions,
                    own.block().at(r * matrix),
                    share,
                    detector.matrix(r),
                    k,
                    0,
                    columns.at((from * height + order.start(r)) * 2),
                    2 * height);
        }
    }

    /** From the detector columns back to the spectrum and to {@code halfway}, for a worker's share of the box's rows. */
    private void firstAxisAdjoint(int worker, int workers) {
        DetectorFactors detector = horizontal.detector();
        ResidueOrder order = detector.order();
        int radix = order.radix();
        int positions = detector.positions();
        int from = WorkerPool.from(height, worker, workers);
        int share = WorkerPool.from(height, worker + 1, workers) - from;
        if (share == 0) {
            return;
        }
        DetectorScratch own = scratch[worker];
        int matrix = 2 * positions * share;
        RowDft inverse = new RowDft(radix, true);
        for (int p = 0; p < positions; p++) {
            for (int c = 0; c < radix; c++) {
                columns.get((p + c * positions) * 2 * height, own.row(), 0, 2 * height);
                separateClasses(own.row(), own.re()[c], own.im()[c], from, share);
            }
            inverse.transform(own.re(), own.im(), share);
            for (int r = 0; r < radix; r++) {
                int at = r * matrix + 2 * p * share;
                own.block().put(at, own.re()[r], 0, share);
                own.block().put(at + share, own.im()[r], 0, share);
            }
        }
        for (int r = 0; r < radix; r++) {
            int k = 2 * order.size(r);
            Blas.multiplyTransposedLeft(
                    k,
                    share,
                    2 * positions,
                    detector.matrix(r),
                    k,
                    own.block().at(r * matrix),
                    share,
                    0,
                    spectrum.at(2 * order.start(r) * height + from),
                    height);
        }
        for (int row = 0; row < 2 * width; row++) {
            maskRow(own.row(), row, from, share);
        }
        int nx = object.nx();
        Blas.multiplyTransposedLeft(
                share,
                nx,
                2 * width,
                spectrum.at(from),
                height,
                horizontal.object().direct(0),
                nx,
                0,
                halfway.at(from * nx),
                nx);
        Blas.multiplyTransposedLeft(
                share,
                nx,
                2 * width,
                spectrum.at(from),
                height,
                horizontal.object().turned(0),
                nx,
                0,
                halfway.at((height + from) * nx),
                nx);
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
                2 * height,
                vertical.object().splitColumn(from),
                object.ny(),
                halfway.at(0),
                nx,
                0,
                image.at(from * nx),
                nx);
        float[] row = scratch[worker].re()[0];
        for (int y = from; y < from + share; y++) {
            image.get(y * nx, row, 0, nx);
            for (int x = 0; x < nx; x++) {
                objectGradient[y * nx + x] += weight * row[x];
            }
        }
    }

    private void maskRow(float[] values, int row, int from, int count) {
        int at = row * height + from;
        spectrum.get(at, values, 0, count);
        for (int i = 0; i < count; i++) {
            values[i] *= maskBySpectrum[at + i];
        }
        spectrum.put(at, values, 0, count);
    }

    /** A row of the box as real parts, then imaginary parts, class by class. */
    private void interleaveClasses(float[] re, float[] im, float[] row) {
        ResidueOrder order = vertical.order();
        for (int r = 0, start = 0; r < order.radix(); r++) {
            int size = order.size(r);
            System.arraycopy(re, start, row, 2 * start, size);
            System.arraycopy(im, start, row, 2 * start + size, size);
            start += size;
        }
    }

    /** The inverse of {@link #interleaveClasses} for the positions {@code from .. from + share - 1}. */
    private void separateClasses(float[] row, float[] re, float[] im, int from, int share) {
        ResidueOrder order = vertical.order();
        for (int r = 0, start = 0; r < order.radix(); r++) {
            int size = order.size(r);
            int first = Math.max(start, from);
            int count = Math.min(start + size, from + share) - first;
            if (count > 0) {
                System.arraycopy(row, start + first, re, first - from, count);
                System.arraycopy(row, start + first + size, im, first - from, count);
            }
            start += size;
        }
    }

    /** The mask as factors in the layout of the spectrum. */
    private float[] maskBySpectrum(Mask mask) {
        Box box = mask.bounds();
        ResidueOrder rows = vertical.order();
        ResidueOrder across = horizontal.order();
        float[] factors = new float[2 * width * height];
        for (int rx = 0; rx < across.radix(); rx++) {
            for (int qx = 0; qx < across.size(rx); qx++) {
                int x = box.left() + across.frequency(rx, qx);
                int real = (2 * across.start(rx) + qx) * height;
                int imaginary = real + across.size(rx) * height;
                for (int ry = 0; ry < rows.radix(); ry++) {
                    for (int qy = 0; qy < rows.size(ry); qy++) {
                        boolean open = mask.isOpen(box.top() + rows.frequency(ry, qy), x);
                        int position = rows.start(ry) + qy;
                        factors[real + position] = open ? 1 : 0;
                        factors[imaginary + position] = open ? 1 : 0;
                    }
                }
            }
        }
        return factors;
    }
}
