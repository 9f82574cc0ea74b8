// SPDX-License-Identifier: Apache-2.0
package fizeau.image;

import fizeau.optics.Shape;
import java.awt.image.BufferedImage;
import java.awt.image.DataBufferByte;
import java.awt.image.DataBufferUShort;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Path;
import javax.imageio.IIOImage;
import javax.imageio.ImageIO;
import javax.imageio.ImageTypeSpecifier;
import javax.imageio.ImageWriter;
import javax.imageio.metadata.IIOMetadata;
import javax.imageio.metadata.IIOMetadataNode;
import javax.imageio.stream.ImageOutputStream;

/** Writes float images as grey PNG files, atomically. Values are used linearly: no gamma, no stretch. */
public final class PngWriter {
    private static final double METRES_PER_INCH = 0.0254;
    private static final String PNG_METADATA = "javax_imageio_png_1.0";

    private PngWriter() {}

    /**
     * An 8-bit grey PNG.
     *
     * @param values {@code shape.count()} finite values, row-major
     * @param low value shown black; everything below is black
     * @param high value shown white; everything above is white
     * @throws IllegalArgumentException if the length, the range or a value is not usable, or the file cannot be written
     */
    public static void writeGrey8(Path target, Shape shape, float[] values, double low, double high) {
        BufferedImage image = new BufferedImage(shape.nx(), shape.ny(), BufferedImage.TYPE_BYTE_GRAY);
        byte[] pixels = ((DataBufferByte) image.getRaster().getDataBuffer()).getData();
        int[] levels = levels(shape, values, low, high, 255);
        for (int i = 0; i < pixels.length; i++) {
            pixels[i] = (byte) levels[i];
        }
        write(target, image);
    }

    /** A 16-bit grey PNG; parameters as in {@link #writeGrey8}. */
    public static void writeGrey16(Path target, Shape shape, float[] values, double low, double high) {
        BufferedImage image = new BufferedImage(shape.nx(), shape.ny(), BufferedImage.TYPE_USHORT_GRAY);
        short[] pixels = ((DataBufferUShort) image.getRaster().getDataBuffer()).getData();
        int[] levels = levels(shape, values, low, high, 65535);
        for (int i = 0; i < pixels.length; i++) {
            pixels[i] = (short) levels[i];
        }
        write(target, image);
    }

    /** Any picture as PNG, atomically. */
    public static void write(Path target, BufferedImage image) {
        AtomicFile.write(target, out -> encode(image, out));
    }

    /** Any picture as PNG with its printing density, atomically. */
    public static void write(Path target, BufferedImage image, int dotsPerInch) {
        AtomicFile.write(target, out -> {
            ImageWriter writer = ImageIO.getImageWritersByFormatName("png").next();
            try (ImageOutputStream stream = ImageIO.createImageOutputStream(out)) {
                IIOMetadata metadata = writer.getDefaultImageMetadata(new ImageTypeSpecifier(image), null);
                IIOMetadataNode density = new IIOMetadataNode("pHYs");
                String perMetre = String.valueOf(Math.round(dotsPerInch / METRES_PER_INCH));
                density.setAttribute("pixelsPerUnitXAxis", perMetre);
                density.setAttribute("pixelsPerUnitYAxis", perMetre);
                density.setAttribute("unitSpecifier", "meter");
                IIOMetadataNode root = new IIOMetadataNode(PNG_METADATA);
                root.appendChild(density);
                metadata.mergeTree(PNG_METADATA, root);
                writer.setOutput(stream);
                writer.write(new IIOImage(image, null, metadata));
            } finally {
                writer.dispose();
            }
        });
    }

    private static void encode(BufferedImage image, OutputStream out) throws IOException {
        if (!ImageIO.write(image, "png", out)) {
            throw new IOException("this Java runtime has no PNG writer for " + image);
        }
    }

    private static int[] levels(Shape shape, float[] values, double low, double high, int white) {
        if (values.length != shape.count()) {
            throw new IllegalArgumentException(
                    "picture of " + shape + " needs " + shape.count() + " values, got " + values.length);
        }
        if (!(Double.isFinite(low) && Double.isFinite(high) && low < high)) {
            throw new IllegalArgumentException(
                    "picture range " + low + " to " + high + ": both must be finite and the first the smaller");
        }
        int[] levels = new int[values.length];
        for (int i = 0; i < values.length; i++) {
            double share = (values[i] - low) / (high - low);
            if (Double.isNaN(share)) {
                throw new IllegalArgumentException(
                        "picture value at row " + i / shape.nx() + ", column " + i % shape.nx() + " is not a number");
            }
            levels[i] = (int) Math.round(Math.min(1, Math.max(0, share)) * white);
        }
        return levels;
    }
}
