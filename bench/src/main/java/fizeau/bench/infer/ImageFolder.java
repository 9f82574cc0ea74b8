// SPDX-License-Identifier: Apache-2.0
package fizeau.bench.infer;

import java.awt.Graphics2D;
import java.awt.RenderingHints;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import javax.imageio.ImageIO;

/**
 * Pictures of a folder as ImageNet's are kept: {@code val/CLASS/picture}, or {@code CLASS/picture}, or the pictures
 * themselves. Each is decoded, its shorter side reduced to 8/7 of the model's edge, cropped around its middle, normalised.
 */
public final class ImageFolder {
    private static final Set<String> ENDINGS = Set.of("jpg", "jpeg", "png", "bmp", "gif", "tif", "tiff");

    /** ImageNet's usual 256 for 224. */
    private static final double MARGIN = 8 / 7.0;

    /** Longer sides than this many shorter ones are cut before anything is resized. */
    private static final int LONGEST = 16;

    private static final int COLOURS = 3;

    private final List<Path> files;
    private final List<String> remarks;

    private ImageFolder(List<Path> files, List<String> remarks) {
        this.files = List.copyOf(files);
        this.remarks = List.copyOf(remarks);
    }

    /**
     * The first pictures of a folder that can be decoded, by name.
     *
     * @param most how many are wanted
     * @throws IllegalArgumentException in one sentence when there is none
     */
    public static ImageFolder open(Path folder, int most) {
        if (!Files.isDirectory(folder)) {
            throw new IllegalArgumentException("--data-source " + folder
                    + " is no folder: use synthetic, or a folder with pictures in a subfolder for each class");
        }
        Path validation = folder.resolve("val");
        Path root = Files.isDirectory(validation) ? validation : folder;
        List<Path> candidates = candidates(root);
        if (candidates.isEmpty()) {
            throw new IllegalArgumentException("--data-source " + folder + " holds no pictures (" + endings()
                    + "): use a folder with pictures in a subfolder for each class");
        }
        List<Path> good = new ArrayList<>();
        List<String> remarks = new ArrayList<>();
        for (Path candidate : candidates) {
            if (good.size() == most) {
                break;
            }
            Optional<String> flaw = flaw(candidate);
            if (flaw.isEmpty()) {
                good.add(candidate);
            } else {
                remarks.add("picture " + root.relativize(candidate) + " was left out: " + flaw.get());
            }
        }
        if (good.isEmpty()) {
            throw new IllegalArgumentException("none of the " + candidates.size() + " pictures in --data-source "
                    + folder + " can be decoded (" + remarks.get(0) + "): use pictures of the kinds " + endings());
        }
        return new ImageFolder(good, remarks);
    }

    /** Pictures that were found good before. */
    public static ImageFolder of(List<String> files) {
        return new ImageFolder(files.stream().map(Path::of).toList(), List.of());
    }

    public List<Path> files() {
        return files;
    }

    /** One sentence for each picture that was left out. */
    public List<String> remarks() {
        return remarks;
    }

    /**
     * Reads pictures, starting anew when they run out; several threads decode.
     *
     * @param from index of the first
     * @return {@code count} pictures of {@code 3 x edge x edge} values
     */
    public float[] read(int from, int count, int edge) {
        float[] values = new float[count * COLOURS * edge * edge];
        IntStream.range(0, count)
                .parallel()
                .forEach(i ->
                        into(decoded(files.get((from + i) % files.size())), edge, values, i * COLOURS * edge * edge));
        return values;
    }

    /** Resizes, crops and normalises one picture. */
    static void into(BufferedImage picture, int edge, float[] target, int offset) {
        BufferedImage middle = middle(picture, edge);
        int plane = edge * edge;
        int[] pixels = middle.getRGB(0, 0, edge, edge, null, 0, edge);
        for (int i = 0; i < plane; i++) {
            for (int colour = 0; colour < COLOURS; colour++) {
                int level = pixels[i] >> 16 - 8 * colour & 0xff;
                target[offset + colour * plane + i] = Pictures.normalised(level / 255f, colour);
            }
        }
    }

    private static BufferedImage middle(BufferedImage picture, int edge) {
        double wanted = Math.round(edge * MARGIN);
        BufferedImage now = notTooLong(picture);
        double scale = wanted / Math.min(now.getWidth(), now.getHeight());
        // bilinear sampling skips pixels below one half, so large pictures are halved first
        while (scale < 0.5) {
            now = drawn(now, Math.max(1, now.getWidth() / 2), Math.max(1, now.getHeight() / 2));
            scale = wanted / Math.min(now.getWidth(), now.getHeight());
        }
        int width = (int) Math.round(now.getWidth() * scale);
        int height = (int) Math.round(now.getHeight() * scale);
        BufferedImage resized = drawn(now, width, height);
        return resized.getSubimage((width - edge) / 2, (height - edge) / 2, edge, edge);
    }

    /** The middle of a picture that is much longer than wide: its ends would be cropped after taking gigabytes. */
    private static BufferedImage notTooLong(BufferedImage picture) {
        int most = LONGEST * Math.min(picture.getWidth(), picture.getHeight());
        int width = Math.min(picture.getWidth(), most);
        int height = Math.min(picture.getHeight(), most);
        return picture.getSubimage((picture.getWidth() - width) / 2, (picture.getHeight() - height) / 2, width, height);
    }

    private static BufferedImage drawn(BufferedImage picture, int width, int height) {
        BufferedImage target = new BufferedImage(width, height, BufferedImage.TYPE_INT_RGB);
        Graphics2D graphics = target.createGraphics();
        graphics.setRenderingHint(RenderingHints.KEY_INTERPOLATION, RenderingHints.VALUE_INTERPOLATION_BILINEAR);
        graphics.drawImage(picture, 0, 0, width, height, null);
        graphics.dispose();
        return target;
    }

    private static Optional<String> flaw(Path file) {
        try {
            decoded(file);
            return Optional.empty();
        } catch (IllegalArgumentException unusable) {
            return Optional.of(unusable.getMessage());
        }
    }

    private static BufferedImage decoded(Path file) {
        try {
            BufferedImage picture = ImageIO.read(file.toFile());
            if (picture == null) {
                throw new IllegalArgumentException("it is no picture of a known kind");
            }
            return picture;
        } catch (IOException | RuntimeException e) { // decoders throw whatever a damaged file makes them meet
            throw new IllegalArgumentException("it cannot be decoded: " + e.getMessage(), e);
        }
    }

    private static List<Path> candidates(Path root) {
        try (Stream<Path> walk = Files.walk(root, 2)) {
            return walk.filter(Files::isRegularFile)
                    .filter(file -> ENDINGS.contains(ending(file)))
                    .sorted()
                    .toList();
        } catch (IOException | UncheckedIOException e) {
            throw new IllegalArgumentException(
                    "--data-source " + root + " cannot be read (" + e.getMessage() + "): use another folder", e);
        }
    }

    private static String ending(Path file) {
        String name = file.getFileName().toString().toLowerCase(Locale.ROOT);
        return name.substring(name.lastIndexOf('.') + 1);
    }

    private static String endings() {
        return String.join(", ", ENDINGS.stream().sorted().toList());
    }
}
