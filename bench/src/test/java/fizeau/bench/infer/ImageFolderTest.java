// SPDX-License-Identifier: Apache-2.0
package fizeau.bench.infer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ImageFolderTest {
    private static final int EDGE = 28;

    @TempDir
    private Path folder;

    @Test
    void aPlainColourIsNormalisedByTheStatisticsOfImagenet() throws IOException {
        picture("val/cat/a.png", 40, 60, (x, y) -> 0xff8000);
        float[] values = ImageFolder.open(folder, 10).read(0, 1, EDGE);
        int plane = EDGE * EDGE;
        assertThat(values).hasSize(3 * plane);
        assertThat(values[0]).isCloseTo((1 - 0.485f) / 0.229f, within(1e-5f));
        assertThat(values[plane + 5]).isCloseTo((128 / 255f - 0.456f) / 0.224f, within(1e-5f));
        assertThat(values[3 * plane - 1]).isCloseTo(-0.406f / 0.225f, within(1e-5f));
    }

    /** Red rises to the right and green downwards; the crop's middle is the picture's, and the scale is 8/7. */
    @Test
    void theMiddleIsCutOutTheRightWayUp() throws IOException {
        picture("wide.png", 256, 64, (x, y) -> x << 16 | 4 * y << 8);
        float[] values = ImageFolder.open(folder, 10).read(0, 1, EDGE);
        int plane = EDGE * EDGE;
        int middle = EDGE / 2 * EDGE + EDGE / 2;
        assertThat(red(values[middle])).isCloseTo(128 + 1, within(2.5));
        // a picture of 64 rows becomes one of 32: a pixel is two of the file's
        assertThat(red(values[middle + 5]) - red(values[middle])).isCloseTo(10, within(1.5));
        double green = 255 * (values[plane + middle + 5 * EDGE] - values[plane + middle]) * 0.224;
        assertThat(green).isCloseTo(40, within(3.0));
        assertThat(values[plane + middle + 5]).isCloseTo(values[plane + middle], within(0.01f));
    }

    @Test
    void largePicturesAreAveragedBeforeTheyAreSampled() throws IOException {
        picture("stripes.png", 512, 512, (x, y) -> x % 2 == 0 ? 0xffffff : 0);
        float[] values = ImageFolder.open(folder, 1).read(0, 1, EDGE);
        for (int i = 0; i < EDGE * EDGE; i++) {
            assertThat(red(values[i])).isCloseTo(127.5, within(3.0));
        }
    }

    /** Resized as a whole the first would have 51,200,000 rows of 256 pixels. */
    @Test
    void picturesOfAnyShapeAreCutBeforeTheyAreResized() {
        for (int[] size : new int[][] {{1, 200_000}, {200_000, 1}, {1, 1}, {3, 50}}) {
            BufferedImage picture = new BufferedImage(size[0], size[1], BufferedImage.TYPE_INT_RGB);
            picture.setRGB(size[0] / 2, size[1] / 2, 0xffffff);
            float[] values = new float[3 * 8 * 8];
            ImageFolder.into(picture, 8, values, 0);
            float brightest = 0;
            for (float value : values) {
                brightest = Math.max(brightest, value);
            }
            assertThat(brightest).as("the middle of %d x %d", size[1], size[0]).isGreaterThan(1);
        }
    }

    @Test
    void filesComeByNameAndStartAnewWhenTheyRunOut() throws IOException {
        picture("b/2.png", 40, 40, (x, y) -> 0x00ff00);
        picture("a/1.jpg", 40, 40, (x, y) -> 0xff0000);
        Files.writeString(folder.resolve("readme.txt"), "no picture");
        ImageFolder source = ImageFolder.open(folder, 10);
        assertThat(source.files())
                .extracting(path -> path.getFileName().toString())
                .containsExactly("1.jpg", "2.png");
        float[] three = source.read(1, 3, EDGE);
        int one = 3 * EDGE * EDGE;
        assertThat(red(three[0])).isLessThan(10);
        assertThat(red(three[one])).isGreaterThan(240);
        assertThat(red(three[2 * one])).isLessThan(10);
    }

    @Test
    void damagedPicturesAreLeftOutAndNamed() throws IOException {
        picture("good.png", 40, 40, (x, y) -> 0);
        Files.writeString(folder.resolve("bad.png"), "this is text");
        byte[] whole = Files.readAllBytes(folder.resolve("good.png"));
        Files.write(folder.resolve("cut.png"), java.util.Arrays.copyOf(whole, whole.length / 2));
        ImageFolder source = ImageFolder.open(folder, 10);
        assertThat(source.files()).hasSize(1);
        assertThat(source.remarks())
                .hasSize(2)
                .allMatch(remark -> remark.startsWith("picture "))
                .anyMatch(remark -> remark.contains("bad.png was left out"));
    }

    @Test
    void foldersWithoutAPictureAreRefused() throws IOException {
        assertThatThrownBy(() -> ImageFolder.open(folder.resolve("none"), 1))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("is no folder");
        assertThatThrownBy(() -> ImageFolder.open(folder, 1))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("holds no pictures");
        Files.writeString(folder.resolve("only.jpg"), "text");
        assertThatThrownBy(() -> ImageFolder.open(folder, 1))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("none of the 1 pictures");
    }

    @Test
    void noiseIsSeededAndScaled() {
        float[] usual = Pictures.synthetic(2, 16, false);
        assertThat(usual).isEqualTo(Pictures.synthetic(2, 16, false));
        float[] legacy = Pictures.synthetic(2, 16, true);
        List<Double> range = List.of((0 - 0.485) / 0.229, (1 - 0.406) / 0.225);
        for (int i = 0; i < usual.length; i++) {
            assertThat((double) usual[i]).isBetween(range.get(0), range.get(1));
        }
        double largest = 0;
        for (float value : legacy) {
            largest = Math.max(largest, value);
        }
        assertThat(largest).isGreaterThan(900);
    }

    private static double red(float value) {
        return 255 * (value * 0.229 + 0.485);
    }

    private interface Colour {
        int at(int x, int y);
    }

    private void picture(String name, int width, int height, Colour colour) throws IOException {
        BufferedImage image = new BufferedImage(width, height, BufferedImage.TYPE_INT_RGB);
        for (int y = 0; y < height; y++) {
            for (int x = 0; x < width; x++) {
                image.setRGB(x, y, colour.at(x, y));
            }
        }
        Path file = folder.resolve(name);
        Files.createDirectories(file.getParent());
        ImageIO.write(image, name.endsWith("jpg") ? "jpg" : "png", file.toFile());
    }
}
