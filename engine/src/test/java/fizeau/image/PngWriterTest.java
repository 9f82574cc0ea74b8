// SPDX-License-Identifier: Apache-2.0
package fizeau.image;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import fizeau.optics.Shape;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Locale;
import javax.imageio.ImageIO;
import javax.imageio.ImageReader;
import javax.imageio.stream.ImageInputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.w3c.dom.Element;

class PngWriterTest {
    private static final Shape SHAPE = new Shape(2, 3);
    private static final float[] VALUES = {-5, -1, 0, 0.5f, 3, 9};

    @TempDir
    Path folder;

    @Test
    void eightBitsAreLinearAndClipped() throws IOException {
        assertThat(samples(8)).containsExactly(0, 0, 64, 96, 255, 255);
    }

    @Test
    void sixteenBitsAreLinearAndClipped() throws IOException {
        assertThat(samples(16)).containsExactly(0, 0, 16384, 24576, 65535, 65535);
    }

    @Test
    void aSixteenBitPictureOfAnObjectIsReadBackToItsPrecision() {
        AmplitudeImage scene = BuiltInScene.amplitude(32);
        Path file = folder.resolve("scene.png");
        PngWriter.writeGrey16(file, scene.shape(), scene.toIntensity(), 0, 1);
        float[] back = AmplitudeReader.read(file, 32).toIntensity();
        float[] intensity = scene.toIntensity();
        for (int i = 0; i < back.length; i++) {
            assertThat(Math.abs(back[i] - intensity[i])).isLessThan(1f / 65535);
        }
    }

    @Test
    void theDensityIsWritten() throws IOException {
        Path file = folder.resolve("dense.png");
        PngWriter.write(file, new BufferedImage(3, 2, BufferedImage.TYPE_INT_RGB), 192);
        ImageReader reader = ImageIO.getImageReadersByFormatName("png").next();
        try (ImageInputStream stream = ImageIO.createImageInputStream(file.toFile())) {
            reader.setInput(stream);
            Element tree = (Element) reader.getImageMetadata(0).getAsTree("javax_imageio_png_1.0");
            Element density = (Element) tree.getElementsByTagName("pHYs").item(0);
            assertThat(density.getAttribute("pixelsPerUnitXAxis")).isEqualTo("7559");
            assertThat(density.getAttribute("unitSpecifier").toLowerCase(Locale.ROOT))
                    .startsWith("met");
        } finally {
            reader.dispose();
        }
    }

    @Test
    void unusableValuesAndRangesAreRefused() {
        Path file = folder.resolve("none.png");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> PngWriter.writeGrey8(file, SHAPE, new float[5], 0, 1))
                .withMessageContaining("6 values, got 5");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> PngWriter.writeGrey8(file, SHAPE, VALUES, 1, 1))
                .withMessageContaining("1.0 to 1.0");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> PngWriter.writeGrey16(file, SHAPE, new float[] {0, 0, 0, 0, Float.NaN, 0}, 0, 1))
                .withMessageContaining("row 1, column 1");
        assertThat(file).doesNotExist();
    }

    private int[] samples(int bits) throws IOException {
        Path file = folder.resolve("grey.png");
        if (bits == 8) {
            PngWriter.writeGrey8(file, SHAPE, VALUES, -1, 3);
        } else {
            PngWriter.writeGrey16(file, SHAPE, VALUES, -1, 3);
        }
        BufferedImage image = ImageIO.read(file.toFile());
        assertThat(image.getColorModel().getPixelSize()).isEqualTo(bits);
        return image.getRaster().getSamples(0, 0, 3, 2, 0, (int[]) null);
    }
}
