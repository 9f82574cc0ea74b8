// SPDX-License-Identifier: Apache-2.0
package fizeau.backend.cpu;

import fizeau.optics.Shape;

/**
 * Temporary memory of one worker for {@link MatrixTransform}; serves any number of transforms on one frame. A block holds,
 * class by class, the real and then the imaginary samples that the products yield; runs of them pass through arrays for
 * the DFT over the classes.
 */
final class DetectorScratch implements AutoCloseable {
    private static final int LARGEST_RADIX = 8;

    /** Samples of a run: long enough for vectorised loops, short enough that all classes stay in the first-level cache. */
    private static final int RUN = 512;

    private final int run;
    private final NativeFloats block;
    private final float[][] re;
    private final float[][] im;
    private final float[] row;

    DetectorScratch(Shape frame, int workers) {
        int longest = Math.max(frame.ny(), frame.nx());
        this.run = Math.max(RUN, longest);
        long rows = 2L * frame.nx() * ((frame.ny() + workers - 1) / workers);
        long tile = 2 * TileOrder.largestTile(frame, LARGEST_RADIX);
        this.block = NativeFloats.allocate(Math.max(rows, tile));
        this.re = new float[LARGEST_RADIX][run];
        this.im = new float[LARGEST_RADIX][run];
        this.row = new float[2 * longest];
    }

    static DetectorScratch[] forWorkers(Shape frame, int workers) {
        DetectorScratch[] scratch = new DetectorScratch[workers];
        for (int worker = 0; worker < workers; worker++) {
            scratch[worker] = new DetectorScratch(frame, workers);
        }
        return scratch;
    }

    /** Room for the matrix products of one worker's rows, or of one tile. */
    NativeFloats block() {
        return block;
    }

    /** Samples of the longest run; at least a row of the frame. */
    int run() {
        return run;
    }

    /** Eight runs of real parts. */
    float[][] re() {
        return re;
    }

    float[][] im() {
        return im;
    }

    /** One row of the spectrum, real and imaginary. */
    float[] row() {
        return row;
    }

    /** Copies a run of every class out of a block whose classes have {@code samples} samples. */
    void load(NativeFloats from, int radix, int samples, int at, int count) {
        for (int r = 0; r < radix; r++) {
            from.get(2 * r * samples + at, re[r], 0, count);
            from.get((2 * r + 1) * samples + at, im[r], 0, count);
        }
    }

    /** The inverse of {@link #load}. */
    void store(NativeFloats to, int radix, int samples, int at, int count) {
        for (int r = 0; r < radix; r++) {
            to.put(2 * r * samples + at, re[r], 0, count);
            to.put((2 * r + 1) * samples + at, im[r], 0, count);
        }
    }

    @Override
    public void close() {
        block.close();
    }
}
