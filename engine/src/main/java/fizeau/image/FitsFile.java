// SPDX-License-Identifier: Apache-2.0
package fizeau.image;

import fizeau.optics.Shape;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.logging.Level;
import java.util.logging.Logger;
import nom.tam.fits.BasicHDU;
import nom.tam.fits.Fits;
import nom.tam.fits.FitsException;
import nom.tam.fits.ImageData;
import nom.tam.fits.ImageHDU;
import nom.tam.image.compression.hdu.CompressedImageHDU;
import nom.tam.util.ArrayFuncs;
import nom.tam.util.FitsOutputStream;

/**
 * FITS images. Row 0 is the first row stored, which most viewers draw at the bottom; reading and writing agree. BSCALE,
 * BZERO and tile compression are undone.
 */
public final class FitsFile {
    private static final byte[] MAGIC = "SIMPLE  =".getBytes(StandardCharsets.US_ASCII);

    /** The stored pixels as read, as doubles, and as floats. */
    private static final int BYTES_PER_PIXEL = 8 + 8 + 4;

    /** Kept here because the logging system forgets the settings of loggers that nobody holds. */
    private static final Logger LIBRARY_LOG = Logger.getLogger("nom.tam");

    private FitsFile() {}

    static boolean isMagic(byte[] start) {
        return start.length >= MAGIC.length && Arrays.equals(start, 0, MAGIC.length, MAGIC, 0, MAGIC.length);
    }

    /** The first image of the file that has pixels. */
    static Raster read(Path file) {
        LIBRARY_LOG.setLevel(Level.OFF); // it logs stack traces for what our refusals say in one sentence
        try (Fits fits = new Fits(file.toFile())) {
            for (BasicHDU<?> unit = fits.readHDU(); unit != null; unit = fits.readHDU()) {
                int[] axes = imageAxes(unit);
                if (axes != null && axes.length > 0) {
                    Shape shape = planeOf(file, axes);
                    SourceFile.requireMemory(file, (long) shape.count() * BYTES_PER_PIXEL);
                    return new Raster(shape, pixels(unit), PixelQuantity.INTENSITY);
                }
            }
        } catch (UnusableFileException refusal) {
            throw refusal;
        } catch (IOException | RuntimeException failure) { // damaged headers break the parser anywhere
            throw damaged(file, failure);
        }
        throw SourceFile.refuse(file, "the FITS file holds no image", "name a file with an image of two axes");
    }

    /**
     * Writes one float image as primary array, atomically.
     *
     * @param values {@code shape.count()} values, row-major; intensity, so that reading it back gives the same object
     */
    public static void write(Path target, Shape shape, float[] values) {
        if (values.length != shape.count()) {
            throw new IllegalArgumentException(
                    "FITS image of " + shape + " needs " + shape.count() + " values, got " + values.length);
        }
        write(target, planes(1, shape, values)[0], List.of());
    }

    /**
     * Writes a stack of float images as one primary array of three axes, atomically.
     *
     * @param values {@code count * shape.count()} values, image by image, row-major
     * @param history lines for the header that say how the images came about
     */
    public static void writeCube(Path target, int count, Shape shape, float[] values, List<String> history) {
        if (values.length != (long) count * shape.count()) {
            throw new IllegalArgumentException("FITS cube of " + count + " images of " + shape + " needs "
                    + (long) count * shape.count() + " values, got " + values.length);
        }
        write(target, planes(count, shape, values), history);
    }

    private static float[][][] planes(int count, Shape shape, float[] values) {
        float[][][] planes = new float[count][shape.ny()][];
        for (int plane = 0; plane < count; plane++) {
            for (int y = 0; y < shape.ny(); y++) {
                int from = plane * shape.count() + shape.index(y, 0);
                planes[plane][y] = Arrays.copyOfRange(values, from, from + shape.nx());
            }
        }
        return planes;
    }

    private static void write(Path target, Object nested, List<String> history) {
        AtomicFile.write(target, out -> {
            try (Fits fits = new Fits();
                    FitsOutputStream stream = new FitsOutputStream(out)) {
                ImageHDU unit = ImageData.from(nested).toHDU();
                for (String line : history) {
                    unit.getHeader().insertHistory(line);
                }
                fits.addHDU(unit);
                fits.write(stream);
            } catch (FitsException failure) {
                throw new IOException("the FITS library refuses the image: " + failure.getMessage(), failure);
            }
        });
    }

    private static int[] imageAxes(BasicHDU<?> unit) throws FitsException {
        if (unit instanceof CompressedImageHDU compressed) {
            return compressed.getImageAxes();
        }
        return unit instanceof ImageHDU ? unit.getAxes() : null;
    }

    /** Axes are slowest first. Leading axes of extent 1 are common and harmless. */
    private static Shape planeOf(Path file, int[] axes) {
        int planes = axes.length - 2;
        boolean single = planes >= 0 && Arrays.stream(axes, 0, planes).allMatch(extent -> extent == 1);
        if (!single) {
            throw SourceFile.refuse(
                    file,
                    "its image has the axes " + Arrays.toString(axes) + ", slowest first",
                    "extract one plane of two axes");
        }
        int ny = axes[planes];
        int nx = axes[planes + 1];
        if (ny < 1 || nx < 1 || ny > Shape.MAX_EDGE || nx > Shape.MAX_EDGE) {
            throw SourceFile.refuse(
                    file,
                    "the image is " + ny + " x " + nx + " pixels",
                    "edges of 1 to " + Shape.MAX_EDGE + " are supported: crop or bin it");
        }
        return new Shape(ny, nx);
    }

    private static float[] pixels(BasicHDU<?> unit) throws FitsException {
        ImageHDU image = unit instanceof CompressedImageHDU compressed ? compressed.asImageHDU() : (ImageHDU) unit;
        Object nested = image.getData().convertTo(double.class).getKernel();
        double[] flat = (double[]) ArrayFuncs.flatten(nested);
        float[] values = new float[flat.length];
        for (int i = 0; i < flat.length; i++) {
            values[i] = (float) flat[i];
        }
        return values;
    }

    private static UnusableFileException damaged(Path file, Exception failure) {
        String reason = failure.getMessage() == null ? failure.getClass().getSimpleName() : failure.getMessage();
        return SourceFile.refuse(
                file,
                "the FITS file cannot be decoded (" + reason + ")",
                "check it with fitsverify and export it again",
                failure);
    }
}
