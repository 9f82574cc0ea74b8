// SPDX-License-Identifier: Apache-2.0
package fizeau.image;

import fizeau.optics.Shape;
import java.awt.color.ColorSpace;
import java.awt.image.BufferedImage;
import java.awt.image.ColorModel;
import java.awt.image.DataBuffer;
import java.awt.image.IndexColorModel;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Iterator;
import java.util.List;
import java.util.Locale;
import javax.imageio.ImageIO;
import javax.imageio.ImageReader;
import javax.imageio.stream.ImageInputStream;

/**
 * PNG, JPEG, TIFF, BMP and GIF through the Java runtime's own decoders; of several pages or frames the first.
 *
 * <p>Stored samples are used as they are, divided by full range: no gamma, colour profile or rotation mark is applied.
 * Colour becomes luminance by Rec. 601, {@code 0.299 R + 0.587 G + 0.114 B}. Transparent parts let the dark sky through
 * (composited on black).
 */
final class PictureFile {
    private static final double RED = 0.299;
    private static final double GREEN = 0.587;
    private static final double BLUE = 0.114;

    /** Decoded image (at most 4 samples of 2 bytes), our float raster, and as much again for the decoder's own needs. */
    private static final int BYTES_PER_PIXEL = 16;

    private PictureFile() {}

    static Raster read(Path file, String format) {
        List<String> warnings = new ArrayList<>();
        BufferedImage image;
        try (ImageInputStream stream = ImageIO.createImageInputStream(file.toFile())) {
            Iterator<ImageReader> readers = ImageIO.getImageReaders(stream);
            if (!readers.hasNext()) {
                throw damaged(file, format, "its header is not understood", null);
            }
            ImageReader reader = readers.next();
            try {
                reader.addIIOReadWarningListener((source, warning) -> warnings.add(warning));
                reader.setInput(stream, true, true);
                requireSize(file, reader.getHeight(0), reader.getWidth(0));
                image = reader.read(0);
            } finally {
                reader.dispose();
            }
        } catch (UnusableFileException refusal) {
            throw refusal;
        } catch (IOException | RuntimeException failure) { // damaged files make the decoders throw whatever they find
            throw damaged(file, format, reason(failure), failure);
        }
        for (String warning : warnings) {
            if (warning.toLowerCase(Locale.ROOT).matches(".*(truncat|premature|corrupt|unexpected end).*")) {
                throw damaged(file, format, warning, null);
            }
        }
        return grey(file, image);
    }

    private static void requireSize(Path file, int ny, int nx) {
        if (ny < 1 || nx < 1 || ny > Shape.MAX_EDGE || nx > Shape.MAX_EDGE) {
            throw SourceFile.refuse(
                    file,
                    "the picture is " + ny + " x " + nx + " pixels",
                    "edges of 1 to " + Shape.MAX_EDGE + " are supported: crop or reduce it");
        }
        SourceFile.requireMemory(file, (long) ny * nx * BYTES_PER_PIXEL);
    }

    private static UnusableFileException damaged(Path file, String format, String reason, Throwable cause) {
        return SourceFile.refuse(
                file,
                "the " + format + " picture cannot be decoded (" + reason + ")",
                "export it again as a plain 8 or 16 bit PNG",
                cause);
    }

    private static String reason(Exception failure) {
        String message = failure.getMessage();
        return message == null || message.isBlank()
                ? failure.getClass().getSimpleName()
                : message.strip().lines().findFirst().orElseThrow();
    }

    private static Raster grey(Path file, BufferedImage image) {
        Shape shape = new Shape(image.getHeight(), image.getWidth());
        float[] values = new float[shape.count()];
        ColorModel colours = image.getColorModel();
        if (colours instanceof IndexColorModel palette) {
            fromPalette(image, palette, values);
        } else {
            fromSamples(file, image, colours, values);
        }
        return new Raster(shape, values, PixelQuantity.INTENSITY);
    }

    private static void fromPalette(BufferedImage image, IndexColorModel palette, float[] values) {
        float[] luminance = new float[palette.getMapSize()];
        for (int i = 0; i < luminance.length; i++) {
            double grey = RED * palette.getRed(i) + GREEN * palette.getGreen(i) + BLUE * palette.getBlue(i);
            luminance[i] = (float) (grey / 255 * palette.getAlpha(i) / 255);
        }
        int nx = image.getWidth();
        int[] row = new int[nx];
        for (int y = 0; y < image.getHeight(); y++) {
            image.getRaster().getSamples(0, y, nx, 1, 0, row);
            for (int x = 0; x < nx; x++) {
                values[y * nx + x] = luminance[row[x]];
            }
        }
    }

    private static void fromSamples(Path file, BufferedImage image, ColorModel colours, float[] values) {
        int space = colours.getColorSpace().getType();
        if (space != ColorSpace.TYPE_GRAY && space != ColorSpace.TYPE_RGB) {
            throw SourceFile.refuse(file, "its colours are neither grey nor RGB", "convert it to grey or RGB");
        }
        double[] weights = space == ColorSpace.TYPE_GRAY ? new double[] {1} : new double[] {RED, GREEN, BLUE};
        int nx = image.getWidth();
        float[] row = new float[nx];
        double[] sum = new double[nx];
        for (int y = 0; y < image.getHeight(); y++) {
            Arrays.fill(sum, 0);
            for (int band = 0; band < weights.length; band++) {
                double weight = weights[band] / fullRange(file, image, colours, band);
                image.getRaster().getSamples(0, y, nx, 1, band, row);
                for (int x = 0; x < nx; x++) {
                    sum[x] += weight * row[x];
                }
            }
            if (colours.hasAlpha() && !colours.isAlphaPremultiplied()) {
                int band = weights.length;
                double range = fullRange(file, image, colours, band);
                image.getRaster().getSamples(0, y, nx, 1, band, row);
                for (int x = 0; x < nx; x++) {
                    sum[x] *= row[x] / range;
                }
            }
            for (int x = 0; x < nx; x++) {
                values[y * nx + x] = (float) sum[x];
            }
        }
    }

    /** The sample value that stands for white. Floating-point samples carry their own scale. */
    private static double fullRange(Path file, BufferedImage image, ColorModel colours, int band) {
        int bits = colours.getComponentSize(band);
        return switch (image.getRaster().getDataBuffer().getDataType()) {
            case DataBuffer.TYPE_FLOAT, DataBuffer.TYPE_DOUBLE -> 1;
            case DataBuffer.TYPE_SHORT -> Short.MAX_VALUE;
            default -> {
                if (bits > 16) {
                    throw SourceFile.refuse(
                            file, "its samples are integers of " + bits + " bits", "convert it to 16 bit or to FITS");
                }
                yield (1 << bits) - 1;
            }
        };
    }
}
