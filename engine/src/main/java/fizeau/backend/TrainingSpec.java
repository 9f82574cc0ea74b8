// SPDX-License-Identifier: Apache-2.0
package fizeau.backend;

import fizeau.optics.Aperture;
import fizeau.optics.Shape;
import fizeau.reconstruct.DecoderSpec;

/**
 * What a training session computes, whatever computes it.
 *
 * @param object size of the reconstructed object, the decoder's output
 * @param frame size of the detector and of the spectrum; holds the object centrally
 * @param aperture the sub-pupil
 * @param decoder the network
 * @param learningRate Adam's step
 * @param fixedLatent whether the decoder's latent vector stays as it is; the original trains it
 */
public record TrainingSpec(
        Shape object, Shape frame, Aperture aperture, DecoderSpec decoder, double learningRate, boolean fixedLatent) {

    /** A training that trains the latent vector too. */
    public TrainingSpec(Shape object, Shape frame, Aperture aperture, DecoderSpec decoder, double learningRate) {
        this(object, frame, aperture, decoder, learningRate, false);
    }

    public TrainingSpec {
        if (!frame.contains(object)) {
            throw new IllegalArgumentException("object of " + object + " does not fit the frame of " + frame
                    + ": use a larger --image-size or a smaller --object-size");
        }
        if (!(learningRate > 0)) {
            throw new IllegalArgumentException("learning rate " + learningRate + " must be positive");
        }
    }
}
