// SPDX-License-Identifier: Apache-2.0
package fizeau.measure;

import fizeau.backend.Backend;
import fizeau.backend.MeasurementOperator;
import fizeau.backend.Plan;
import fizeau.optics.Mask;
import fizeau.optics.PixelPosition;
import fizeau.optics.Shape;
import fizeau.optics.Telescope;
import java.util.List;

/**
 * What a telescope has seen so far: the cumulative mask, and the dual measurement that the reconstruction compares. Values
 * are clean; noise is the caller's.
 *
 * <p>Owns its measurement operator, borrows the backend. Confined to the thread that opened it.
 */
public final class MeasurementSystem implements AutoCloseable {
    private final Telescope telescope;
    private final MeasurementOperator operator;
    private Mask cumulative;
    private int sampleCount;

    private MeasurementSystem(Telescope telescope, MeasurementOperator operator) {
        this.telescope = telescope;
        this.operator = operator;
        this.cumulative = Mask.closed(telescope.frame());
    }

    /** A system that has seen nothing yet, for objects of {@code object} embedded in the telescope's frame. */
    public static MeasurementSystem open(Backend backend, Telescope telescope, Shape object, Plan plan) {
        return new MeasurementSystem(telescope, backend.measurementOperator(object, telescope.frame(), plan));
    }

    /** Union of the apertures added so far. */
    public Mask cumulativeMask() {
        return cumulative;
    }

    /** Number of apertures added so far. */
    public int sampleCount() {
        return sampleCount;
    }

    /** Share of the spectrum seen so far. */
    public double coverage() {
        return cumulative.coverage();
    }

    /** Adds the apertures at these centres to what was seen. */
    public void add(List<PixelPosition> centres) {
        List<Mask> masks = telescope.masks(centres); // refuses before anything is added
        for (Mask mask : masks) {
            cumulative = cumulative.union(mask);
            sampleCount++;
        }
    }

    /**
     * The dual measurement that a sample is trained on: the reconstruction through the cumulative mask, and the object
     * through the aperture at {@code centre}. As long as nothing was seen, both are the latter.
     *
     * @param object the true object's amplitudes
     * @param reconstruction the estimate's amplitudes, or null to get the object's measurement twice
     * @return two images of {@code frame.count()} amplitudes: old, new
     */
    public float[][] measure(float[] object, float[] reconstruction, PixelPosition centre) {
        float[] fresh = through(object, telescope.mask(centre));
        if (reconstruction == null || sampleCount == 0) {
            return new float[][] {fresh.clone(), fresh};
        }
        return new float[][] {through(reconstruction, cumulative), fresh};
    }

    /** What an estimate would give in place of {@link #measure}: old through the cumulative mask, new at the centre. */
    public float[][] predict(float[] estimate, PixelPosition centre) {
        return measure(estimate, estimate, centre);
    }

    /** An object through everything seen so far. */
    public float[] throughCumulativeMask(float[] object) {
        return through(object, cumulative);
    }

    /**
     * Gradient with respect to an estimate of a loss whose gradients with respect to both predicted images are given.
     *
     * @param oldGradient may be null where the loss does not depend on the old image
     * @return {@code object.count()} values
     */
    public float[] backward(float[] estimate, PixelPosition centre, float[] oldGradient, float[] newGradient) {
        float[] gradient = new float[estimate.length];
        operator.load(estimate);
        Mask mask = telescope.mask(centre);
        if (newGradient != null) {
            operator.adjoint(mask, newGradient, gradient);
        }
        if (oldGradient != null) {
            operator.adjoint(sampleCount == 0 ? mask : cumulative, oldGradient, gradient);
        }
        return gradient;
    }

    @Override
    public void close() {
        operator.close();
    }

    private float[] through(float[] object, Mask mask) {
        float[] image = new float[telescope.frame().count()];
        operator.load(object);
        operator.measure(List.of(mask), image);
        return image;
    }
}
