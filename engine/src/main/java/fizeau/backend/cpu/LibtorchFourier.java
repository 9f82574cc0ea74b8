// SPDX-License-Identifier: Apache-2.0
package fizeau.backend.cpu;

import fizeau.backend.FourierTransform;
import fizeau.fourier.Direction;
import fizeau.fourier.Normalization;
import fizeau.optics.Shape;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;

/** Centred transforms by libtorch; the shifts are folded into copying in and out. */
final class LibtorchFourier implements FourierTransform {

    @Override
    public void transform(float[] field, int batch, Shape shape, Direction direction, Normalization normalization) {
        if (batch < 0 || field.length != 2L * batch * shape.count()) {
            throw new IllegalArgumentException("transform of " + batch + " images of " + shape + " needs "
                    + 2L * batch * shape.count() + " floats, got " + field.length);
        }
        double scale = scale(shape, direction, normalization);
        try (NativeFloats block = NativeFloats.allocate(2L * shape.count());
                PointerScope scope = new PointerScope()) {
            float[] row = new float[2 * shape.nx()];
            Tensor image = torch.view_as_complex(torch.from_blob(block.at(0), shape.ny(), shape.nx(), 2));
            for (int b = 0; b < batch; b++) {
                int start = 2 * b * shape.count();
                copyIn(field, start, shape, block, row);
                // libtorch scales the inverse by 1 / n; the rest of the scale is applied on the way out
                image.copy_(direction == Direction.FORWARD ? torch.fft_fft2(image) : torch.fft_ifft2(image));
                copyOut(field, start, shape, block, row, (float) scale);
            }
        }
    }

    private static double scale(Shape shape, Direction direction, Normalization normalization) {
        double n = shape.count();
        double done = direction == Direction.FORWARD ? 1 : 1 / n;
        double wanted = switch (normalization) {
            case ORTHO -> 1 / Math.sqrt(n);
            case BACKWARD -> direction == Direction.FORWARD ? 1 : 1 / n;
            case FORWARD -> direction == Direction.FORWARD ? 1 / n : 1;
        };
        return wanted / done;
    }

    private static void copyIn(float[] field, int start, Shape shape, NativeFloats block, float[] row) {
        for (int y = 0; y < shape.ny(); y++) {
            int from = start + 2 * Math.floorMod(y + shape.centreRow(), shape.ny()) * shape.nx();
            for (int x = 0; x < shape.nx(); x++) {
                int at = from + 2 * ((x + shape.centreColumn()) % shape.nx());
                row[2 * x] = field[at];
                row[2 * x + 1] = field[at + 1];
            }
            block.put(2 * y * shape.nx(), row, 0, row.length);
        }
    }

    private static void copyOut(float[] field, int start, Shape shape, NativeFloats block, float[] row, float scale) {
        for (int y = 0; y < shape.ny(); y++) {
            block.get(2 * y * shape.nx(), row, 0, row.length);
            int to = start + 2 * Math.floorMod(y + shape.centreRow(), shape.ny()) * shape.nx();
            for (int x = 0; x < shape.nx(); x++) {
                int at = to + 2 * ((x + shape.centreColumn()) % shape.nx());
                field[at] = row[2 * x] * scale;
                field[at + 1] = row[2 * x + 1] * scale;
            }
        }
    }
}
