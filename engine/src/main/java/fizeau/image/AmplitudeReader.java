// SPDX-License-Identifier: Apache-2.0
package fizeau.image;

import fizeau.optics.Shape;
import java.nio.file.Path;
import java.util.HexFormat;
import java.util.List;

/**
 * Turns any supported picture file into an object: made square by centred padding with zeros, reduced by area averaging
 * (enlarged bilinearly), scaled to maximum 1, and square-rooted if the file holds intensity.
 *
 * <p>PNG, JPEG, TIFF, BMP, GIF and FITS hold intensity and NPY holds amplitude unless the caller says otherwise. Formats
 * are recognised by content, never by file name. Negative intensity, common after background subtraction, counts as
 * zero once averaged; negative amplitude is refused.
 */
public final class AmplitudeReader {
    private static final int LONGEST_MAGIC = 12;

    private AmplitudeReader() {}

    /** Reads with the quantity that the file's format holds by convention. */
    public static AmplitudeImage read(Path file, int size) {
        Shape target = Shape.square(size);
        Raster raster = decode(file);
        return convert(file, raster, target, raster.quantity());
    }

    /**
     * Reads a file.
     *
     * @param size edge of the object in pixels
     * @param quantity what the file's values stand for, whatever its format
     * @throws IllegalArgumentException in one sentence if the file is absent, of no known format, damaged, too large,
     *     holds values that are not finite, or nothing brighter than zero
     */
    public static AmplitudeImage read(Path file, int size, PixelQuantity quantity) {
        Shape target = Shape.square(size);
        return convert(file, decode(file), target, quantity);
    }

    private static Raster decode(Path file) {
        byte[] start = SourceFile.head(file, LONGEST_MAGIC);
        if (NpyFile.isMagic(start)) {
            return plane(file, NpyFile.read(file));
        }
        if (FitsFile.isMagic(start)) {
            return FitsFile.read(file);
        }
        for (PictureFormat format : PictureFormat.values()) {
            if (format.matches(start)) {
                return PictureFile.read(file, format.name());
            }
        }
        throw SourceFile.refuse(
                file,
                "it is no PNG, JPEG, TIFF, BMP, GIF, FITS or NPY file (it starts with the bytes "
                        + HexFormat.ofDelimiter(" ").formatHex(start) + ")",
                "convert it to one of these, and unpack it first if it is compressed");
    }

    private static Raster plane(Path file, NpyFile.Array array) {
        List<Integer> shape = array.shape();
        int planes = shape.size() - 2;
        if (planes < 0 || !shape.subList(0, planes).stream().allMatch(extent -> extent == 1)) {
            throw SourceFile.refuse(file, "the array has the shape " + shape, "save one image of two axes");
        }
        int ny = shape.get(planes);
        int nx = shape.get(planes + 1);
        if (ny < 1 || nx < 1 || ny > Shape.MAX_EDGE || nx > Shape.MAX_EDGE) {
            throw SourceFile.refuse(
                    file,
                    "the array is " + ny + " x " + nx,
                    "edges of 1 to " + Shape.MAX_EDGE + " are supported: crop or bin it");
        }
        return new Raster(new Shape(ny, nx), array.values(), PixelQuantity.AMPLITUDE);
    }

    private static AmplitudeImage convert(Path file, Raster raster, Shape target, PixelQuantity quantity) {
        checkValues(file, raster, quantity);
        double[] pixels = AreaAverage.toSquare(raster.shape(), raster.values(), target.nx());
        double brightest = 0;
        for (double pixel : pixels) {
            brightest = Math.max(brightest, pixel);
        }
        if (!(brightest > 0)) {
            throw SourceFile.refuse(
                    file, "no pixel is brighter than zero", "choose a picture that is not entirely black");
        }
        float[] amplitude = new float[pixels.length];
        for (int i = 0; i < pixels.length; i++) {
            double share = Math.max(0, pixels[i]) / brightest;
            amplitude[i] = (float) (quantity == PixelQuantity.INTENSITY ? Math.sqrt(share) : share);
        }
        return AmplitudeImage.of(target, amplitude);
    }

    private static void checkValues(Path file, Raster raster, PixelQuantity quantity) {
        float[] values = raster.values();
        for (int i = 0; i < values.length; i++) {
            if (!Float.isFinite(values[i])) {
                throw SourceFile.refuse(
                        file,
                        "the value at " + position(raster, i) + " is " + values[i],
                        "replace blank and infinite pixels by numbers first");
            }
            if (quantity == PixelQuantity.AMPLITUDE && values[i] < 0) {
                throw SourceFile.refuse(
                        file,
                        "the amplitude at " + position(raster, i) + " is " + values[i],
                        "amplitudes cannot be negative: clip them, or say --input intensity if it holds intensity");
            }
        }
    }

    private static String position(Raster raster, int index) {
        return "row " + index / raster.shape().nx() + ", column "
                + index % raster.shape().nx();
    }

    /** The formats of the Java runtime's decoders, by their first bytes. */
    private enum PictureFormat {
        PNG("89504e47"),
        JPEG("ffd8ff"),
        TIFF("49492a00", "4d4d002a"),
        BMP("424d"),
        GIF("474946383761", "474946383961");

        private final List<String> magics;

        PictureFormat(String... magics) {
            this.magics = List.of(magics);
        }

        boolean matches(byte[] start) {
            String hex = HexFormat.of().formatHex(start);
            return magics.stream().anyMatch(hex::startsWith);
        }
    }
}
