// SPDX-License-Identifier: Apache-2.0
package fizeau.bench.pipeline;

import fizeau.bench.workload.ObjectSource;
import fizeau.bench.workload.Workload;
import fizeau.image.AmplitudeImage;
import fizeau.image.BuiltInScene;
import fizeau.image.NpyFile;
import java.nio.file.Path;
import java.util.List;

/** A training of a 16 x 16 object in a 64 x 64 frame, with its object on disk. */
public record SmallWorkload(Workload workload, float[] object, Path objectFile) {
    /** A good seed at this size. */
    public static final long SEED = 1;

    /** Writes the object into {@code folder}. */
    public static SmallWorkload write(Path folder, int samples, int epochs) {
        AmplitudeImage image = BuiltInScene.amplitude(16);
        float[] object = image.toArray();
        Path file = folder.resolve("small-object.npy");
        NpyFile.write(file, new NpyFile.Array(List.of(16, 16), object));
        Workload workload = new Workload("custom", 16, 64, 8, "fermat", 16, samples, epochs, 1e-3, 1, "built-in", "")
                .withObject("built-in", ObjectSource.digest(object));
        workload.requireRunnable();
        return new SmallWorkload(workload, object, file);
    }
}
