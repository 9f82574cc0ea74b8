// SPDX-License-Identifier: Apache-2.0
package fizeau.bench.im2im;

import fizeau.image.NpyFile;
import fizeau.unet.UnetLayout;
import java.nio.file.Path;
import java.util.List;

/** Weights in a file: a NumPy array of single precision, all parameters in the order of {@link UnetLayout#segments}. */
public final class Checkpoint {

    private Checkpoint() {}

    /** The weights of a network; refuses, in one sentence, a file that is damaged or belongs to another network. */
    public static float[] read(Path file, UnetLayout layout) {
        float[] values;
        try {
            values = NpyFile.read(file).values();
        } catch (IllegalArgumentException damaged) {
            throw new IllegalArgumentException(
                    "checkpoint " + file + " cannot be read (" + damaged.getMessage()
                            + "): name a file that im2im train wrote",
                    damaged);
        }
        if (values.length != layout.parameterCount()) {
            throw new IllegalArgumentException("checkpoint " + file + " holds " + values.length
                    + " numbers and the network with filters " + layout.filters() + " has " + layout.parameterCount()
                    + ": name a checkpoint of the same network");
        }
        return values;
    }

    /** Writes a whole file, or none. */
    public static void write(Path file, float[] values) {
        NpyFile.write(file, new NpyFile.Array(List.of(values.length), values));
    }
}
