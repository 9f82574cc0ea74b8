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

/**
 * What every variant of a training is given, equal to the bit.
 *
 * @param spec sizes, aperture, decoder, learning rate
 * @param object {@code spec.object().count()} amplitudes
 * @param parameters initial weights
 * @param centres aperture positions
 */
record TrainingInput(TrainingSpec spec, float[] object, float[] parameters, List<PixelPosition> centres) {

    static TrainingInput load(TrainingJob job) {
        return load(job.workload(), job.seed(), Path.of(job.objectFile()));
    }

    /** Reads the object, checks that it is the one the workload names, and draws the weights. */
    static TrainingInput load(Workload workload, long seed, Path objectFile) {
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

    NpyFile.Array asArray(float[] estimate) {
        return new NpyFile.Array(List.of(spec.object().ny(), spec.object().nx()), estimate);
    }
}
