// SPDX-License-Identifier: Apache-2.0
package fizeau.backend.cpu;

import fizeau.optics.Box;
import fizeau.optics.Mask;
import fizeau.optics.Shape;
import java.util.function.IntFunction;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.LongOptional;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.StringViewOptional;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;

/**
 * The telescope's operator by FFT (libtorch), the shifts folded into where samples are put and taken. Pruned, each
 * transform is made axis by axis and skips rows and columns that are zero or not needed: of the first only the object's
 * rows and then the box's columns, of the second only the box's rows and then all columns.
 *
 * <p>The transform F is symmetric, so its adjoint is conj F conj. Owns its buffers; borrows the pool.
 */
final class FftTransform implements MaskedTransform {
    private final Shape object;
    private final Shape frame;
    private final boolean pruned;
    private final WorkerPool pool;
    private final float scale;
    private final long[] objectRows;
    private final long[] objectColumns;
    private final long[] boxRows;
    private final long[] boxColumns;
    private final NativeFloats embedded;
    private final NativeFloats maskFactors;
    private final NativeFloats spectrum;
    private final NativeFloats field;
    private final float[][][] rows;

    FftTransform(Shape object, Mask mask, boolean pruned, WorkerPool pool) {
        Libtorch.useThreads(pool.workers());
        this.object = object;
        this.frame = mask.shape();
        this.pruned = pruned;
        this.pool = pool;
        this.scale = (float) (1 / Math.sqrt(frame.count()));
        Box box = pruned ? mask.bounds() : new Box(0, 0, frame.ny(), frame.nx());
        this.objectRows = wrapped(frame.rowOffset(object), object.ny(), frame.ny());
        this.objectColumns = wrapped(frame.columnOffset(object), object.nx(), frame.nx());
        this.boxRows = wrapped(box.top(), box.height(), frame.ny());
        this.boxColumns = wrapped(box.left(), box.width(), frame.nx());
        int embeddedRows = pruned ? object.ny() : frame.ny();
        this.embedded = NativeFloats.allocate(2L * embeddedRows * frame.nx());
        this.maskFactors = NativeFloats.allocate(box.count());
        this.spectrum = NativeFloats.allocate(2L * box.count());
        this.field = NativeFloats.allocate(2L * frame.count());
        this.rows = new float[pool.workers()][3][2 * frame.nx()];
        loadMask(mask, box);
    }

    @Override
    public void project(float[] real, float[] imaginary) {
        embed(real, imaginary);
        try (PointerScope scope = new PointerScope()) {
            Tensor image = complex(embedded, pruned ? object.ny() : frame.ny(), frame.nx());
            Tensor result;
            if (pruned) {
                Tensor across = torch.index_select(fft(image, 1), 1, torch.tensor(boxColumns));
                Tensor tall = zeros(frame.ny(), boxColumns.length).index_copy_(0, torch.tensor(objectRows), across);
                result = torch.index_select(fft(tall, 0), 0, torch.tensor(boxRows));
            } else {
                result = torch.fft_fft2(image);
            }
            complex(spectrum, boxRows.length, boxColumns.length).copy_(result.mul(mask()));
        }
    }

    @Override
    public void forward(IntFunction<DetectorRun> uses) {
        toDetector();
        pool.run((worker, workers) -> useRows(worker, workers, uses.apply(worker), false));
    }

    @Override
    public void forwardAndAdjoint(IntFunction<DetectorRun> uses, float weight, float[] objectGradient) {
        toDetector();
        pool.run((worker, workers) -> useRows(worker, workers, uses.apply(worker), true));
        fromDetector();
        for (int y = 0; y < object.ny(); y++) {
            float[] row = rows[0][0];
            int at = pruned ? y : (int) objectRows[y];
            embedded.get(2 * at * frame.nx(), row, 0, 2 * frame.nx());
            for (int x = 0; x < object.nx(); x++) {
                objectGradient[object.index(y, x)] += weight * row[2 * (int) objectColumns[x]];
            }
        }
    }

    @Override
    public int detectorIndex(int position) {
        return MaskedTransform.detectorIndex(position / frame.nx(), position % frame.nx(), frame);
    }

    @Override
    public long bytes() {
        return embedded.bytes() + maskFactors.bytes() + spectrum.bytes() + field.bytes();
    }

    @Override
    public void close() {
        embedded.close();
        maskFactors.close();
        spectrum.close();
        field.close();
    }

    private void toDetector() {
        try (PointerScope scope = new PointerScope()) {
            Tensor inside = complex(spectrum, boxRows.length, boxColumns.length);
            Tensor result;
            if (pruned) {
                Tensor wide = zeros(boxRows.length, frame.nx()).index_copy_(1, torch.tensor(boxColumns), inside);
                Tensor tall = zeros(frame.ny(), frame.nx()).index_copy_(0, torch.tensor(boxRows), fft(wide, 1));
                result = fft(tall, 0);
            } else {
                result = torch.fft_fft2(inside);
            }
            complex(field, frame.ny(), frame.nx()).copy_(result);
        }
    }

    /** The conjugate of the adjoint, whose real part is the adjoint's; the uses left the conjugate field. */
    private void fromDetector() {
        try (PointerScope scope = new PointerScope()) {
            Tensor detector = complex(field, frame.ny(), frame.nx());
            Tensor result;
            if (pruned) {
                Tensor across = torch.index_select(fft(detector, 0), 0, torch.tensor(boxRows));
                Tensor inside = torch.index_select(fft(across, 1), 1, torch.tensor(boxColumns))
                        .mul(mask());
                Tensor tall = zeros(frame.ny(), boxColumns.length).index_copy_(0, torch.tensor(boxRows), inside);
                Tensor wanted = torch.index_select(fft(tall, 0), 0, torch.tensor(objectRows));
                Tensor wide = zeros(object.ny(), frame.nx()).index_copy_(1, torch.tensor(boxColumns), wanted);
                result = fft(wide, 1);
            } else {
                result = torch.fft_fft2(torch.fft_fft2(detector).mul(mask()));
            }
            Tensor scaled = result.mul(new Scalar(scale * scale));
            complex(embedded, pruned ? object.ny() : frame.ny(), frame.nx()).copy_(scaled);
        }
    }

    private void useRows(int worker, int workers, DetectorRun use, boolean adjoint) {
        float[] row = rows[worker][0];
        float[] re = rows[worker][1];
        float[] im = rows[worker][2];
        int nx = frame.nx();
        int to = WorkerPool.from(frame.ny(), worker + 1, workers);
        for (int y = WorkerPool.from(frame.ny(), worker, workers); y < to; y++) {
            field.get(2 * y * nx, row, 0, 2 * nx);
            for (int x = 0; x < nx; x++) {
                re[x] = row[2 * x] * scale * scale;
                im[x] = row[2 * x + 1] * scale * scale;
            }
            use.accept(y * nx, re, im, nx);
            if (adjoint) {
                for (int x = 0; x < nx; x++) {
                    row[2 * x] = re[x];
                    row[2 * x + 1] = -im[x];
                }
                field.put(2 * y * nx, row, 0, 2 * nx);
            }
        }
    }

    private void embed(float[] real, float[] imaginary) {
        float[] row = new float[2 * frame.nx()];
        int embeddedRows = pruned ? object.ny() : frame.ny();
        for (int y = 0; y < embeddedRows; y++) {
            embedded.put(2 * y * frame.nx(), row, 0, row.length);
        }
        for (int y = 0; y < object.ny(); y++) {
            for (int x = 0; x < object.nx(); x++) {
                row[2 * (int) objectColumns[x]] = real[object.index(y, x)];
                row[2 * (int) objectColumns[x] + 1] = imaginary == null ? 0 : imaginary[object.index(y, x)];
            }
            int at = pruned ? y : (int) objectRows[y];
            embedded.put(2 * at * frame.nx(), row, 0, row.length);
        }
    }

    /** The mask, box row by box row; unpruned, the box is the frame in wrapped order. */
    private void loadMask(Mask mask, Box box) {
        float[] factors = new float[box.count()];
        for (int y = 0; y < box.height(); y++) {
            for (int x = 0; x < box.width(); x++) {
                int at = pruned ? y * box.width() + x : (int) (boxRows[y] * frame.nx() + boxColumns[x]);
                factors[at] = mask.isOpen(box.top() + y, box.left() + x) ? 1 : 0;
            }
        }
        maskFactors.put(0, factors, 0, factors.length);
    }

    private Tensor mask() {
        return torch.from_blob(maskFactors.at(0), boxRows.length, boxColumns.length);
    }

    private static Tensor complex(NativeFloats block, int ny, int nx) {
        return torch.view_as_complex(torch.from_blob(block.at(0), ny, nx, 2));
    }

    private static Tensor zeros(int ny, int nx) {
        return torch.view_as_complex(torch.zeros(ny, nx, 2));
    }

    private static Tensor fft(Tensor image, long dimension) {
        return torch.fft_fft(image, new LongOptional(), dimension, new StringViewOptional());
    }

    /** Indices {@code start .. start + count - 1} of a centred axis as indices of the wrapped one. */
    private static long[] wrapped(int start, int count, int length) {
        long[] indices = new long[count];
        for (int i = 0; i < count; i++) {
            indices[i] = Math.floorMod(start + i - length / 2, length);
        }
        return indices;
    }
}
