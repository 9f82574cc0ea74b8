// SPDX-License-Identifier: Apache-2.0
package fizeau.bench.training;

import fizeau.backend.TrainingSpec;
import fizeau.bench.workload.ObjectSource;
import fizeau.bench.workload.Workload;
import fizeau.image.NpyFile;
import fizeau.optics.PixelPosition;
import fizeau.reconstruct.DecoderInitializer;
import fizeau.reconstruct.DecoderLayout;
import java.nio.file.Path;
import java.util.List;
import java.util.Random;

/**
 * What every variant of a training is given, equal to the bit.
 *
 * @param spec sizes, aperture, decoder, learning rate
 * @param object {@code spec.object().count()} amplitudes
 * @param parameters initial weights
 * @param centres aperture positions
 */
public record TrainingInput(TrainingSpec spec, float[] object, float[] parameters, List<PixelPosition> centres) {

    /** Relative, of a single-precision number. */
    private static final double HALF_UNIT = 0x1p-24;

    static TrainingInput load(TrainingJob job) {
        return load(job.workload(), job.seed(), Path.of(job.objectFile()));
    }

    /** Reads the object, checks that it is the one the workload names, and draws the weights. */
    public static TrainingInput load(Workload workload, long seed, Path objectFile) {
        TrainingSpec spec = workload.training();
        float[] object = NpyFile.read(objectFile).values();
        if (object.length != spec.object().count()) {
            throw new IllegalArgumentException("object file " + objectFile + " holds " + object.length
                    + " amplitudes where " + spec.object() + " needs "
                    + spec.object().count() + ": give the file of this workload");
        }
        if (!ObjectSource.digest(object).equals(workload.objectDigest())) {
            throw new IllegalArgumentException("object file " + objectFile
                    + " is not the object of the workload (its digest differs): give the file of this workload");
        }
        float[] parameters = DecoderInitializer.initialParameters(DecoderLayout.of(spec.decoder()), seed);
        return new TrainingInput(spec, object, parameters, workload.centres());
    }

    /** The same with weights moved by at most half a unit in the last place, up or down at random. */
    TrainingInput movedByRounding() {
        Random random = new Random(0);
        float[] moved = parameters.clone();
        for (int i = 0; i < moved.length; i++) {
            moved[i] = (float) (moved[i] * (1 + HALF_UNIT * (2 * random.nextDouble() - 1)));
        }
        return new TrainingInput(spec, object, moved, centres);
    }

    public NpyFile.Array asArray(float[] estimate) {
        return new NpyFile.Array(List.of(spec.object().ny(), spec.object().nx()), estimate);
    }
}
