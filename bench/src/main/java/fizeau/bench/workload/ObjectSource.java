// SPDX-License-Identifier: Apache-2.0
package fizeau.bench.workload;

import fizeau.image.AmplitudeImage;
import fizeau.image.AmplitudeReader;
import fizeau.image.BuiltInScene;
import fizeau.image.PixelQuantity;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.Locale;

/** The true object of a run: a picture file, or the built-in scene. */
public final class ObjectSource {
    /** The word for the built-in scene in records. */
    public static final String BUILT_IN = "built-in";

    private ObjectSource() {}

    /**
     * Amplitudes of the object, {@code size * size}, row-major.
     *
     * @param file picture, or null for the built-in scene
     * @throws IllegalArgumentException in one sentence when the file cannot be read or decoded
     */
    public static AmplitudeImage load(Path file, int size) {
        return file == null ? BuiltInScene.amplitude(size) : AmplitudeReader.read(file, size);
    }

    /**
     * The same from a file whose values stand for {@code quantity}, whatever its format holds by convention.
     *
     * @param quantity null for the convention of the format
     */
    public static AmplitudeImage load(Path file, int size, PixelQuantity quantity) {
        if (quantity == null) {
            return load(file, size);
        }
        if (file == null) {
            throw new IllegalArgumentException("--input " + quantity.name().toLowerCase(Locale.ROOT)
                    + " says what a file holds and no file is given: add --object FILE or leave --input out");
        }
        return AmplitudeReader.read(file, size, quantity);
    }

    /** SHA-256 of amplitudes as little-endian floats. */
    public static String digest(float[] amplitudes) {
        ByteBuffer bytes = ByteBuffer.allocate(Float.BYTES * amplitudes.length).order(ByteOrder.LITTLE_ENDIAN);
        bytes.asFloatBuffer().put(amplitudes);
        try {
            return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(bytes.array()));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java runtime has SHA-256", e);
        }
    }
}
