// SPDX-License-Identifier: Apache-2.0
package fizeau.bench.eager;

import fizeau.optics.Aperture;
import fizeau.optics.CircularAperture;
import fizeau.optics.PixelPosition;
import fizeau.optics.Shape;
import org.bytedeco.javacpp.BytePointer;
import org.bytedeco.pytorch.LongArrayRefOptional;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.StringViewOptional;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.TensorOptions;
import org.bytedeco.pytorch.global.torch;
import org.bytedeco.pytorch.global.torch.ScalarType;

/**
 * The telescope as libtorch operations: pad, centred orthonormal transform with explicit shifts, mask, the same transform
 * again, amplitude, both axes reversed. Masks are evaluated from coordinates on every call. All tensors it returns belong
 * to the caller's pointer scope; differentiable with respect to the object.
 */
public final class EagerTelescope implements AutoCloseable {

    private static final long[] PLANE = {-2, -1};

    private final Shape object;
    private final Shape frame;
    private final Aperture aperture;

    /** libtorch keeps only a view of the text: both must live as long as the transforms. */
    private final BytePointer orthoText = new BytePointer("ortho").retainReference();

    private final StringViewOptional ortho = new StringViewOptional(orthoText).retainReference();
    private final LongArrayRefOptional sameSize = new LongArrayRefOptional().retainReference();
    private final TensorOptions singlePrecision = new TensorOptions(ScalarType.Float).retainReference();

    public EagerTelescope(Shape object, Shape frame, Aperture aperture) {
        this.object = object;
        this.frame = frame;
        this.aperture = aperture;
    }

    /** Embeds an object {@code [ny, nx]} centrally in the frame, zeros around it. */
    Tensor embed(Tensor amplitudes) {
        long left = frame.columnOffset(object);
        long top = frame.rowOffset(object);
        return torch.constant_pad_nd(
                amplitudes, left, frame.nx() - object.nx() - left, top, frame.ny() - object.ny() - top);
    }

    /** Detector amplitudes {@code [ny, nx]} of an embedded field through a mask. */
    Tensor measure(Tensor field, Tensor mask) {
        return centredTransform(centredTransform(field).mul_(mask)).abs().flip(PLANE);
    }

    private Tensor centredTransform(Tensor field) {
        Tensor shifted = torch.fft_ifftshift(field, PLANE);
        return torch.fft_fftshift(torch.fft_fft2(shifted, sameSize, PLANE, ortho), PLANE);
    }

    /** The aperture at {@code centre} as 0 and 1 over the frame, evaluated anew. */
    Tensor mask(PixelPosition centre) {
        if (aperture instanceof CircularAperture disc) {
            Tensor x = distance(frame.nx(), frame.centreColumn(), centre.x()).unsqueeze(0);
            Tensor y = distance(frame.ny(), frame.centreRow(), centre.y()).unsqueeze(1);
            double squaredRadius = disc.radiusPixels() * disc.radiusPixels();
            // In place the comparison keeps the type: no mask of booleans to convert afterwards.
            return x.square_().add(y.square_()).le_(new Scalar(squaredRadius));
        }
        return maskByPixel(centre);
    }

    /** Distances of the samples of one axis from the centre of the aperture. */
    private Tensor distance(int count, int origin, double centre) {
        return torch.arange(new Scalar(count), singlePrecision)
                .sub_(new Scalar(origin))
                .sub_(new Scalar(centre));
    }

    private Tensor maskByPixel(PixelPosition centre) {
        float[] values = new float[frame.count()];
        for (int row = 0; row < frame.ny(); row++) {
            double dy = row - frame.centreRow() - centre.y();
            for (int column = 0; column < frame.nx(); column++) {
                double dx = column - frame.centreColumn() - centre.x();
                values[frame.index(row, column)] = aperture.passes(dy, dx) ? 1 : 0;
            }
        }
        return EagerTensors.image(values, frame);
    }

    @Override
    public void close() {
        ortho.close();
        orthoText.close();
        sameSize.close();
        singlePrecision.close();
    }
}
