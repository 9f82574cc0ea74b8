// SPDX-License-Identifier: Apache-2.0
package fizeau.bench.eager;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import fizeau.backend.TrainingSpec;
import fizeau.optics.CircularAperture;
import fizeau.optics.PixelPosition;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;

/**
 * What the Python peer trains: the same workload as a variant of ours, passed as one JSON file and three raw ones.
 *
 * @param object the true object, {@code spec.object().count()} amplitudes
 * @param initialParameters the decoder's weights in the order of its layout
 * @param centres one per sample
 * @param iterations optimiser steps per sample
 * @param warmUpIterations steps before the clock starts, on weights that are then thrown away
 * @param measureOnce measure once per sample instead of in every iteration
 * @param threads torch's threads
 * @param device where torch computes: {@code cpu} or {@code cuda[:n]}
 */
public record PeerJob(
        TrainingSpec spec,
        float[] object,
        float[] initialParameters,
        List<PixelPosition> centres,
        int iterations,
        int warmUpIterations,
        boolean measureOnce,
        Mode mode,
        int threads,
        String device) {

    /** How Python runs it. */
    public enum Mode {
        /** Operation by operation. */
        EAGER,
        /** Through {@code torch.compile} (Inductor). */
        COMPILE,
        /** The same in its mode {@code max-autotune}: slowest to compile, and with CUDA graphs where there is a GPU. */
        MAX_AUTOTUNE;

        /** The word in job, result and records. */
        public String word() {
            return name().toLowerCase(Locale.ROOT).replace('_', '-');
        }
    }

    public PeerJob {
        centres = List.copyOf(centres);
        if (!(spec.aperture() instanceof CircularAperture)) {
            throw new IllegalArgumentException(
                    "the Python peer knows circular apertures only, not " + spec.aperture() + ": leave it out");
        }
        if (centres.isEmpty() || iterations < 1 || warmUpIterations < 0 || threads < 1) {
            throw new IllegalArgumentException("peer job of " + centres.size() + " samples, " + iterations
                    + " iterations, " + warmUpIterations + " to warm up, " + threads
                    + " threads: all but the warm-up must be at least 1");
        }
    }

    /** Writes the job and its arrays into {@code folder}; returns the job file. */
    Path write(Path folder) throws IOException {
        CircularAperture disc = (CircularAperture) spec.aperture();
        ObjectNode job = new ObjectMapper().createObjectNode();
        job.put("version", 1);
        job.putArray("object").add(spec.object().ny()).add(spec.object().nx());
        job.putArray("frame").add(spec.frame().ny()).add(spec.frame().nx());
        job.put("aperture_radius", disc.radiusPixels());
        job.put("input_size", spec.decoder().inputSize());
        job.put("output_size", spec.decoder().outputSize());
        job.put("batch_norm", spec.decoder().batchNorm());
        job.put("learning_rate", spec.learningRate());
        job.put("fixed_latent", spec.fixedLatent());
        job.put("iterations", iterations);
        job.put("warm_up", warmUpIterations);
        job.put("measure_once", measureOnce);
        job.put("mode", mode.word());
        job.put("threads", threads);
        job.put("device", device);
        job.put("object_file", floats(folder, "object.f32", object));
        job.put("parameters_file", floats(folder, "parameters.f32", initialParameters));
        job.put("centres_file", floats(folder, "centres.f32", centreValues()));
        Path file = folder.resolve("job.json");
        new ObjectMapper().writeValue(file.toFile(), job);
        return file;
    }

    private float[] centreValues() {
        float[] values = new float[2 * centres.size()];
        for (int i = 0; i < centres.size(); i++) {
            values[2 * i] = (float) centres.get(i).y();
            values[2 * i + 1] = (float) centres.get(i).x();
        }
        return values;
    }

    private static String floats(Path folder, String name, float[] values) throws IOException {
        ByteBuffer bytes = ByteBuffer.allocate(Float.BYTES * values.length).order(ByteOrder.LITTLE_ENDIAN);
        bytes.asFloatBuffer().put(values);
        Files.write(folder.resolve(name), bytes.array());
        return name;
    }
}
