// SPDX-License-Identifier: Apache-2.0
package fizeau.backend;

import fizeau.optics.Mask;
import java.util.List;

/**
 * The telescope: embeds an object, transforms it, masks its spectrum, transforms again (forward both times) and takes the
 * amplitude on the detector, both axes reversed. Orthonormal. The operator keeps the object it was given last.
 */
public interface MeasurementOperator extends AutoCloseable {

    /** The plan it was opened with. */
    Plan plan();

    /** Takes a real object: {@code object.count()} amplitudes, row-major; copied. */
    void load(float[] object);

    /** Takes a complex field: {@code object.count()} values, interleaved (re, im), row-major; copied. */
    void loadComplex(float[] field);

    /**
     * Detector amplitudes of the loaded object through each mask.
     *
     * @param amplitudes receives {@code masks.size() * frame.count()} values, image by image, row-major
     */
    void measure(List<Mask> masks, float[] amplitudes);

    /**
     * The adjoint at the loaded real object: adds to {@code objectGradient} the gradient of a loss whose gradient with
     * respect to the detector amplitudes through {@code mask} is given. Where the field is zero the gradient is zero.
     *
     * @param amplitudeGradient {@code frame.count()} values in detector order
     * @param objectGradient {@code object.count()} values
     */
    void adjoint(Mask mask, float[] amplitudeGradient, float[] objectGradient);

    @Override
    void close();
}
