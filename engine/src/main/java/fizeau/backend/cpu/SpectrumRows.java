// SPDX-License-Identifier: Apache-2.0
package fizeau.backend.cpu;

import fizeau.optics.Box;
import fizeau.optics.Mask;
import fizeau.optics.Shape;

/**
 * The part of a {@link MatrixTransform} in which every row of the spectrum's box is on its own: from the object to the row,
 * through the mask, and along the horizontal axis to all detector columns; and the adjoint of it. Rows are in the order of
 * remainders; in a row, class by class, real parts come before imaginary ones.
 *
 * <p>Owns its buffers. Each worker of a phase has a range of the rows.
 */
final class SpectrumRows implements AutoCloseable {
    private final Shape object;
    private final MatrixTransform.Axis vertical;
    private final MatrixTransform.Axis horizontal;
    private final TileOrder order;
    private final NativeFloats columns;
    private final DetectorScratch[] scratch;
    private final int height;
    private final int width;
    private final float[][] maskRows;
    private final NativeFloats halfway;
    private final NativeFloats spectrum;

    /** @param columns tile by tile, the rows of every vertical class, real parts before imaginary ones; borrowed */
    SpectrumRows(
            Shape object,
            Mask mask,
            MatrixTransform.Axis vertical,
            MatrixTransform.Axis horizontal,
            TileOrder order,
            NativeFloats columns,
            DetectorScratch[] scratch) {
        this.object = object;
        this.vertical = vertical;
        this.horizontal = horizontal;
        this.order = order;
        this.columns = columns;
        this.scratch = scratch;
        this.height = vertical.order().count();
        this.width = horizontal.order().count();
        this.maskRows = maskRows(mask);
        this.halfway = NativeFloats.allocate(2L * height * object.nx());
        this.spectrum = NativeFloats.allocate(2L * width * height);
    }

    /** The object transformed vertically: real parts of all rows, then imaginary parts. */
    NativeFloats halfway() {
        return halfway;
    }

    long bytes() {
        return halfway.bytes() + spectrum.bytes();
    }

    /** Transforms an image vertically; an imaginary one is added to the real one transformed before. */
    void addObject(NativeFloats image, boolean imaginary, int worker, int workers) {
        int from = WorkerPool.from(height, worker, workers);
        int share = WorkerPool.from(height, worker + 1, workers) - from;
        if (share == 0) {
            return;
        }
        if (imaginary) { // i (Ar + i Ai) = -Ai + i Ar
            addProduct(image, height + from, from, share, -1, 1);
            addProduct(image, from, height + from, share, 1, 1);
        } else {
            addProduct(image, from, from, share, 1, 0);
            addProduct(image, height + from, height + from, share, 1, 0);
        }
    }

    /** From the halfway image through the mask to all detector columns. */
    void toColumns(int worker, int workers) {
        int from = WorkerPool.from(height, worker, workers);
        int share = WorkerPool.from(height, worker + 1, workers) - from;
        if (share == 0) {
            return;
        }
        int nx = object.nx();
        ObjectFactors factors = horizontal.object();
        for (int part = 0; part < 2; part++) {
            Blas.multiplyTransposedRight(
                    share,
                    2 * width,
                    nx,
                    halfway.at((part * height + from) * nx),
                    nx,
                    part == 0 ? factors.direct(0) : factors.turned(0),
                    nx,
                    part,
                    spectrum.at(from * 2 * width),
                    2 * width);
        }
        applyMask(from, share, scratch[worker].row());
        DetectorFactors detector = horizontal.detector();
        ResidueOrder classes = detector.order();
        int positions = detector.positions();
        int samples = share * positions;
        NativeFloats block = scratch[worker].block();
        for (int r = 0; r < classes.radix(); r++) {
            for (int part = 0; part < 2; part++) {
                Blas.multiply(
                        share,
                        positions,
                        2 * classes.size(r),
                        spectrum.at((from * width + classes.start(r)) * 2),
                        2 * width,
                        detector.transposed(r, part),
                        2 * positions,
                        0,
                        block.at((2 * r + part) * samples),
                        positions);
            }
        }
        RowDft dft = new RowDft(classes.radix(), false);
        DetectorScratch own = scratch[worker];
        int rows = own.run() / positions;
        for (int row = 0; row < share; row += rows) {
            int count = Math.min(rows, share - row);
            own.load(block, classes.radix(), samples, row * positions, count * positions);
            dft.transform(own.re(), own.im(), count * positions);
            for (int c = 0; c < classes.radix(); c++) {
                copyColumns(c, from + row, count, own.re()[c], own.im()[c], true);
            }
        }
    }

    /** From the detector columns through the mask to the halfway image: the adjoint of {@link #toColumns}. */
    void fromColumns(int worker, int workers) {
        int from = WorkerPool.from(height, worker, workers);
        int share = WorkerPool.from(height, worker + 1, workers) - from;
        if (share == 0) {
            return;
        }
        DetectorFactors detector = horizontal.detector();
        ResidueOrder classes = detector.order();
        int positions = detector.positions();
        int samples = share * positions;
        DetectorScratch own = scratch[worker];
        NativeFloats block = own.block();
        RowDft inverse = new RowDft(classes.radix(), true);
        int rows = own.run() / positions;
        for (int row = 0; row < share; row += rows) {
            int count = Math.min(rows, share - row);
            for (int c = 0; c < classes.radix(); c++) {
                copyColumns(c, from + row, count, own.re()[c], own.im()[c], false);
            }
            inverse.transform(own.re(), own.im(), count * positions);
            own.store(block, classes.radix(), samples, row * positions, count * positions);
        }
        for (int r = 0; r < classes.radix(); r++) {
            int k = 2 * classes.size(r);
            for (int part = 0; part < 2; part++) {
                Blas.multiply(
                        share,
                        k,
                        positions,
                        block.at((2 * r + part) * samples),
                        positions,
                        detector.matrix(r, part),
                        k,
                        part,
                        spectrum.at((from * width + classes.start(r)) * 2),
                        2 * width);
            }
        }
        applyMask(from, share, own.row());
        int nx = object.nx();
        ObjectFactors factors = horizontal.object();
        for (int part = 0; part < 2; part++) {
            Blas.multiply(
                    share,
                    nx,
                    2 * width,
                    spectrum.at(from * 2 * width),
                    2 * width,
                    part == 0 ? factors.direct(0) : factors.turned(0),
                    nx,
                    0,
                    halfway.at((part * height + from) * nx),
                    nx);
        }
    }

    @Override
    public void close() {
        halfway.close();
        spectrum.close();
    }

    private void addProduct(NativeFloats image, int factors, int target, int rows, float alpha, float beta) {
        int nx = object.nx();
        Blas.multiply(
                rows,
                nx,
                object.ny(),
                alpha,
                vertical.object().split(factors),
                object.ny(),
                image.at(0),
                nx,
                beta,
                halfway.at(target * nx),
                nx);
    }

    private void applyMask(int from, int share, float[] row) {
        for (int y = from; y < from + share; y++) {
            spectrum.get(y * 2 * width, row, 0, 2 * width);
            multiply(row, maskRows[y], 2 * width);
            spectrum.put(y * 2 * width, row, 0, 2 * width);
        }
    }

    private static void multiply(float[] row, float[] factors, int count) {
        for (int i = 0; i < count; i++) {
            row[i] *= factors[i];
        }
    }

    /** Copies rows of one horizontal class to where the tiles' products read them, or back. */
    private void copyColumns(int horizontalClass, int from, int count, float[] re, float[] im, boolean toColumns) {
        ResidueOrder classes = vertical.order();
        for (int r = 0; r < classes.radix(); r++) {
            int start = classes.start(r);
            int size = classes.size(r);
            int first = Math.max(start, from);
            int rows = Math.min(start + size, from + count) - first;
            if (rows > 0) {
                copyClass(horizontalClass, first - from, first + start, rows, re, toColumns);
                copyClass(horizontalClass, first - from, first + start + size, rows, im, toColumns);
            }
        }
    }

    private void copyClass(int horizontalClass, int row, int columnsRow, int rows, float[] values, boolean toColumns) {
        int positions = order.columns();
        for (int t = 0; t < order.tilesPerClass(); t++) {
            int tile = horizontalClass * order.tilesPerClass() + t;
            int width = order.width(tile);
            int at = order.column(tile) * 2 * height + columnsRow * width;
            int source = row * positions + t * order.width();
            boolean whole = width == positions; // then rows follow each other on both sides
            for (int y = 0; y < (whole ? 1 : rows); y++) {
                int length = whole ? rows * width : width;
                if (toColumns) {
                    columns.put(at + y * width, values, source + y * positions, length);
                } else {
                    columns.get(at + y * width, values, source + y * positions, length);
                }
            }
        }
    }

    /** The mask as factors in the layout of the spectrum. */
    private float[][] maskRows(Mask mask) {
        Box box = mask.bounds();
        ResidueOrder down = vertical.order();
        ResidueOrder across = horizontal.order();
        float[][] factors = new float[height][2 * width];
        for (int ry = 0; ry < down.radix(); ry++) {
            for (int qy = 0; qy < down.size(ry); qy++) {
                float[] row = factors[down.start(ry) + qy];
                int y = box.top() + down.frequency(ry, qy);
                for (int rx = 0; rx < across.radix(); rx++) {
                    int size = across.size(rx);
                    for (int qx = 0; qx < size; qx++) {
                        float open = mask.isOpen(y, box.left() + across.frequency(rx, qx)) ? 1 : 0;
                        row[2 * across.start(rx) + qx] = open;
                        row[2 * across.start(rx) + size + qx] = open;
                    }
                }
            }
        }
        return factors;
    }
}
