// SPDX-License-Identifier: Apache-2.0
package fizeau.backend.cuda;

import fizeau.backend.FourierTransform;
import fizeau.backend.cuda.raw.DeviceMemory;
import fizeau.cache.BoundedCache;
import fizeau.fourier.Direction;
import fizeau.fourier.Normalization;
import fizeau.kernels.BoxGeometry;
import fizeau.kernels.BoxProjectFieldParameters;
import fizeau.kernels.DeviceAddress;
import fizeau.kernels.FrameGeometry;
import fizeau.optics.Mask;
import fizeau.optics.Shape;

/**
 * Centred transforms as matrix products, by the kernel that takes an object to its spectrum: the box is the whole frame, and
 * so is the object. Needs no Fourier library; costs {@code ny + nx} multiplications per sample, where an FFT needs their
 * logarithms, and is meant for checks and single images.
 */
final class CudaFourierTransform implements FourierTransform {

    private final CudaSession session;
    private final DeviceCaches caches;

    CudaFourierTransform(CudaSession session, DeviceCaches caches) {
        this.session = session;
        this.caches = caches;
    }

    @Override
    public void transform(float[] field, int batch, Shape shape, Direction direction, Normalization normalization) {
        long expected = 2L * batch * shape.count();
        if (batch < 0 || field.length != expected) {
            throw new IllegalArgumentException("a batch of " + batch + " images of " + shape + " needs " + expected
                    + " values, got " + field.length);
        }
        if (batch == 0) {
            return;
        }
        boolean forward = direction == Direction.FORWARD;
        float scale = scale(shape, forward, normalization);
        // The inverse is the conjugate of the transform of the conjugate.
        float sign = forward ? 1 : -1;
        int values = 2 * shape.count();
        float[] image = new float[values];
        MaskBatch everything = MaskBatch.of(Mask.open(shape));
        try (DeviceMemory source = session.allocate((long) Float.BYTES * values, "an image of " + shape);
                DeviceMemory result = session.allocate((long) Float.BYTES * values, "a spectrum of " + shape);
                var masks = caches.masks(everything);
                var rootsY = caches.roots(shape.ny());
                var rootsX = caches.roots(shape.nx())) {
            BoxProjectFieldParameters launch = new BoxProjectFieldParameters(
                    source.address(),
                    masks.value().samples().address(),
                    masks.value().origins().address(),
                    address(rootsY),
                    address(rootsX),
                    result.address(),
                    geometry(shape));
            for (int b = 0; b < batch; b++) {
                int start = b * values;
                for (int i = 0; i < values; i += 2) {
                    image[i] = field[start + i];
                    image[i + 1] = sign * field[start + i + 1];
                }
                session.upload(image, source);
                session.launch(launch);
                session.download(result, 0, image, 0, values);
                for (int i = 0; i < values; i += 2) {
                    field[start + i] = scale * image[i];
                    field[start + i + 1] = scale * sign * image[i + 1];
                }
            }
        }
    }

    private static DeviceAddress address(BoundedCache<Integer, DeviceMemory>.Lease roots) {
        return roots.value().address();
    }

    private static BoxGeometry geometry(Shape shape) {
        return new BoxGeometry(
                FrameGeometry.centred(shape.ny(), shape.nx(), shape.ny(), shape.nx(), 1, 1), shape.ny(), shape.nx());
    }

    /** What the unitary result is multiplied by. */
    private static float scale(Shape shape, boolean forward, Normalization normalization) {
        double root = Math.sqrt(shape.count());
        return (float)
                switch (normalization) {
                    case ORTHO -> 1;
                    case BACKWARD -> forward ? root : 1 / root;
                    case FORWARD -> forward ? 1 / root : root;
                };
    }
}
