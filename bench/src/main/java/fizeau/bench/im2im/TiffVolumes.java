// SPDX-License-Identifier: Apache-2.0
package fizeau.bench.im2im;

import java.awt.image.Raster;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Iterator;
import java.util.List;
import java.util.Locale;
import java.util.stream.Stream;
import javax.imageio.ImageIO;
import javax.imageio.ImageReader;
import javax.imageio.stream.ImageInputStream;

/**
 * A folder of TIFF files, a page for each plane, grey values of 8 or 16 bits; read anew each time. {@code NAME.tif} is what
 * the network sees, {@code NAME_target.tif} what it is to learn.
 */
public final class TiffVolumes implements VolumeSource {
    private static final String TARGET = "_target";

    private final Path folder;
    private final List<Path> inputs;

    /** @param withTargets whether every file must have its target */
    public TiffVolumes(Path folder, boolean withTargets) {
        this.folder = folder;
        if (!Files.isDirectory(folder)) {
            throw new IllegalArgumentException(
                    "data folder " + folder + " does not exist: name a folder of TIFF files, or synthetic");
        }
        try (Stream<Path> files = Files.list(folder)) {
            inputs = files.filter(TiffVolumes::isInput).sorted().toList();
        } catch (IOException e) {
            throw new UncheckedIOException("cannot list " + folder + ": " + e.getMessage(), e);
        }
        if (inputs.isEmpty()) {
            throw new IllegalArgumentException(
                    "data folder " + folder + " holds no TIFF file: name one that does, or synthetic");
        }
        if (withTargets) {
            inputs.stream()
                    .filter(file -> !Files.isRegularFile(target(file)))
                    .findFirst()
                    .ifPresent(file -> {
                        throw new IllegalArgumentException(
                                file + " has no " + target(file).getFileName()
                                        + " beside it to learn from: add it, or leave the file out");
                    });
        }
    }

    private static boolean isInput(Path file) {
        String name = file.getFileName().toString().toLowerCase(Locale.ROOT);
        return name.matches(".*\\.tiff?") && !name.matches(".*" + TARGET + "\\.tiff?");
    }

    private static Path target(Path input) {
        return input.resolveSibling(input.getFileName().toString().replaceFirst("(\\.[^.]+)$", TARGET + "$1"));
    }

    @Override
    public int count() {
        return inputs.size();
    }

    @Override
    public RawVolume input(int index) {
        return read(inputs.get(index));
    }

    @Override
    public RawVolume target(int index) {
        return read(target(inputs.get(index)));
    }

    @Override
    public String description() {
        return inputs.size() + " TIFF files of folder " + folder.getFileName();
    }

    /** All pages of a file. */
    public static RawVolume read(Path file) {
        try (ImageInputStream stream = ImageIO.createImageInputStream(file.toFile())) {
            Iterator<ImageReader> readers = ImageIO.getImageReadersByFormatName("tiff");
            if (stream == null || !readers.hasNext()) {
                throw new IOException("it cannot be opened");
            }
            ImageReader reader = readers.next();
            try {
                reader.setInput(stream);
                return pages(file, reader);
            } finally {
                reader.dispose();
            }
        } catch (IOException | IndexOutOfBoundsException e) {
            throw new IllegalArgumentException(
                    "volume " + file + " cannot be read as TIFF (" + e.getMessage()
                            + "): save it again or leave it out",
                    e);
        }
    }

    private static RawVolume pages(Path file, ImageReader reader) throws IOException {
        int nz = reader.getNumImages(true);
        int ny = reader.getHeight(0);
        int nx = reader.getWidth(0);
        short[] values = new short[Math.multiplyExact(Math.multiplyExact(nz, ny), nx)];
        int[] row = new int[nx];
        for (int z = 0; z < nz; z++) {
            Raster plane = reader.read(z).getRaster();
            int bits = plane.getSampleModel().getSampleSize(0);
            if (plane.getNumBands() != 1 || bits > 16 || plane.getWidth() != nx || plane.getHeight() != ny) {
                throw new IllegalArgumentException("page " + (z + 1) + " of " + file + " has " + plane.getNumBands()
                        + " channels of " + bits + " bits and " + plane.getHeight() + " x " + plane.getWidth()
                        + " pixels: all pages must be grey, of 8 or 16 bits and of one size");
            }
            for (int y = 0; y < ny; y++) {
                plane.getSamples(0, y, nx, 1, 0, row);
                int at = (z * ny + y) * nx;
                for (int x = 0; x < nx; x++) {
                    values[at + x] = (short) row[x];
                }
            }
        }
        return new RawVolume(nz, ny, nx, values);
    }
}
