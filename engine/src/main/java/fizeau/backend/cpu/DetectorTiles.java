// SPDX-License-Identifier: Apache-2.0
package fizeau.backend.cpu;

/**
 * The part of a {@link MatrixTransform} along the vertical axis: from the columns of a tile to the field on it, its use, and
 * back to the columns. Each worker of the phase takes tiles of its own, whose field stays in its second-level cache.
 */
final class DetectorTiles {
    private final DetectorFactors factors;
    private final TileOrder order;
    private final NativeFloats columns;
    private final DetectorScratch[] scratch;

    DetectorTiles(MatrixTransform.Axis vertical, TileOrder order, NativeFloats columns, DetectorScratch[] scratch) {
        this.factors = vertical.detector();
        this.order = order;
        this.columns = columns;
        this.scratch = scratch;
    }

    /** Lets a worker's use have the field of its tiles; with the adjoint, what it left replaces the columns. */
    void use(DetectorRun use, boolean adjoint, int worker, int workers) {
        int to = WorkerPool.from(order.tiles(), worker + 1, workers);
        for (int tile = WorkerPool.from(order.tiles(), worker, workers); tile < to; tile++) {
            useTile(tile, use, adjoint, scratch[worker]);
        }
    }

    private void useTile(int tile, DetectorRun use, boolean adjoint, DetectorScratch own) {
        ResidueOrder classes = factors.order();
        int radix = classes.radix();
        int positions = factors.positions();
        int width = order.width(tile);
        int samples = positions * width;
        int tileColumns = order.column(tile) * 2 * classes.count();
        for (int r = 0; r < radix; r++) {
            int k = 2 * classes.size(r);
            Blas.multiply(
                    2 * positions,
                    width,
                    k,
                    factors.matrix(r, 0),
                    k,
                    columns.at(tileColumns + 2 * classes.start(r) * width),
                    width,
                    0,
                    own.block().at(2 * r * samples),
                    width);
        }
        RowDft dft = new RowDft(radix, false);
        RowDft inverse = new RowDft(radix, true);
        for (int at = 0; at < samples; at += own.run()) {
            int count = Math.min(own.run(), samples - at);
            own.load(own.block(), radix, samples, at, count);
            dft.transform(own.re(), own.im(), count);
            for (int c = 0; c < radix; c++) {
                use.accept(order.start(tile) + c * samples + at, own.re()[c], own.im()[c], count);
            }
            if (adjoint) {
                inverse.transform(own.re(), own.im(), count);
                own.store(own.block(), radix, samples, at, count);
            }
        }
        for (int r = 0; adjoint && r < radix; r++) {
            int k = 2 * classes.size(r);
            Blas.multiplyTransposedLeft(
                    k,
                    width,
                    2 * positions,
                    factors.matrix(r, 0),
                    k,
                    own.block().at(2 * r * samples),
                    width,
                    0,
                    columns.at(tileColumns + 2 * classes.start(r) * width),
                    width);
        }
    }
}
