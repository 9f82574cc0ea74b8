// SPDX-License-Identifier: Apache-2.0
package fizeau.backend.cpu;

import fizeau.optics.Shape;

/** Temporary memory of one worker for {@link MatrixTransform}; serves any number of transforms on one frame. */
final class DetectorScratch implements AutoCloseable {
    private static final int LARGEST_RADIX = 8;

    private final NativeFloats block;
    private final float[][] re;
    private final float[][] im;
    private final float[] row;

    DetectorScratch(Shape frame, int workers) {
        long share = Math.max(
                2L * frame.nx() * ((frame.ny() + workers - 1) / workers + 1),
                2L * frame.ny() * ((frame.nx() + workers - 1) / workers + 1));
        int longest = Math.max(frame.ny(), frame.nx());
        this.block = NativeFloats.allocate(share + 2L * LARGEST_RADIX * longest);
        this.re = new float[LARGEST_RADIX][longest];
        this.im = new float[LARGEST_RADIX][longest];
        this.row = new float[2 * longest];
    }

    static DetectorScratch[] forWorkers(Shape frame, int workers) {
        DetectorScratch[] scratch = new DetectorScratch[workers];
        for (int worker = 0; worker < workers; worker++) {
            scratch[worker] = new DetectorScratch(frame, workers);
        }
        return scratch;
    }

    /** Room for the matrix products of one worker's share of an axis. */
    NativeFloats block() {
        return block;
    }

    /** Eight rows of real parts, as long as the frame's longer edge. */
    float[][] re() {
        return re;
    }

    float[][] im() {
        return im;
    }

    /** One row of interleaved classes, real and imaginary. */
    float[] row() {
        return row;
    }

    @Override
    public void close() {
        block.close();
    }
}
