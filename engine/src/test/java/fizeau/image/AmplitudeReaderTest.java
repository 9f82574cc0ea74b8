// SPDX-License-Identifier: Apache-2.0
package fizeau.image;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.within;

import fizeau.optics.Shape;
import java.awt.Color;
import java.awt.image.BufferedImage;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import java.util.zip.CRC32;
import javax.imageio.ImageIO;
import nom.tam.fits.Fits;
import nom.tam.fits.ImageData;
import nom.tam.fits.ImageHDU;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class AmplitudeReaderTest {
    private static final int EDGE = 6;

    @TempDir
    Path folder;

    @ParameterizedTest
    @ValueSource(strings = {"png", "tiff", "bmp", "gif"})
    void eightBitGreyIsTheRootOfItsShareOfTheMaximum(String format) throws IOException {
        BufferedImage image = new BufferedImage(EDGE, EDGE, BufferedImage.TYPE_BYTE_GRAY);
        IntStream.range(0, 36).forEach(i -> image.getRaster().setSample(i % EDGE, i / EDGE, 0, 7 * i));
        AmplitudeImage object = AmplitudeReader.read(write(image, format), EDGE);
        for (int i = 0; i < 36; i++) {
            assertThat(object.toArray()[i]).isEqualTo((float) Math.sqrt(i / 35.0), within(2e-7f));
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"png", "tiff"})
    void sixteenBitGreyKeepsItsFineSteps(String format) throws IOException {
        BufferedImage image = new BufferedImage(EDGE, EDGE, BufferedImage.TYPE_USHORT_GRAY);
        IntStream.range(0, 36).forEach(i -> image.getRaster().setSample(i % EDGE, i / EDGE, 0, 60000 + i));
        AmplitudeImage object = AmplitudeReader.read(write(image, format), EDGE);
        for (int i = 0; i < 36; i++) {
            assertThat(object.toArray()[i]).isEqualTo((float) Math.sqrt((60000 + i) / 60035.0), within(2e-7f));
        }
    }

    @Test
    void jpegIsReadWithinItsLoss() throws IOException {
        BufferedImage image = new BufferedImage(64, 64, BufferedImage.TYPE_BYTE_GRAY);
        for (int i = 0; i < 64 * 64; i++) {
            image.getRaster().setSample(i % 64, i / 64, 0, 60 + 3 * (i / 64));
        }
        AmplitudeImage object = AmplitudeReader.read(write(image, "jpg"), 64, PixelQuantity.AMPLITUDE);
        for (int y = 0; y < 64; y++) {
            assertThat(object.at(y, 31)).isEqualTo((60 + 3 * y) / 249f, within(0.02f));
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"png", "bmp", "tiff"})
    void colourBecomesLuminance(String format) throws IOException {
        BufferedImage image = new BufferedImage(2, 2, BufferedImage.TYPE_3BYTE_BGR);
        image.setRGB(0, 0, 0xffffff);
        image.setRGB(1, 0, 0xff0000);
        image.setRGB(0, 1, 0x00ff00);
        image.setRGB(1, 1, 0x0000ff);
        float[] intensity = AmplitudeReader.read(write(image, format), 2).toIntensity();
        assertThat(intensity).containsExactly(new float[] {1, 0.299f, 0.587f, 0.114f}, within(1e-6f));
    }

    @Test
    void transparentPartsAreDarkSky() throws IOException {
        BufferedImage image = new BufferedImage(2, 1, BufferedImage.TYPE_INT_ARGB);
        image.setRGB(0, 0, 0xffffffff);
        image.setRGB(1, 0, 0x33ffffff);
        float[] intensity = AmplitudeReader.read(write(image, "png"), 2).toIntensity();
        assertThat(intensity).containsExactly(new float[] {1, 0.2f, 0, 0}, within(1e-6f));
    }

    @Test
    void palettesAreLookedUp() throws IOException {
        BufferedImage image = new BufferedImage(8, 8, BufferedImage.TYPE_BYTE_INDEXED);
        image.setRGB(0, 0, Color.WHITE.getRGB());
        image.setRGB(5, 2, Color.RED.getRGB());
        float[] intensity = AmplitudeReader.read(write(image, "gif"), 8).toIntensity();
        assertThat(intensity[0]).isEqualTo(1);
        assertThat(intensity[2 * 8 + 5]).isEqualTo(0.299f, within(1e-6f));
        assertThat(intensity[1]).isZero();
    }

    @Test
    void aWidePictureIsPaddedAndAveragedBeforeTheRoot() throws IOException {
        BufferedImage image = new BufferedImage(4, 2, BufferedImage.TYPE_BYTE_GRAY);
        int[] samples = {0, 200, 100, 100, 200, 0, 100, 100};
        IntStream.range(0, 8).forEach(i -> image.getRaster().setSample(i % 4, i / 4, 0, samples[i]));
        AmplitudeImage object = AmplitudeReader.read(write(image, "png"), 4);
        assertThat(object.at(0, 0)).isZero();
        assertThat(object.at(1, 1)).isEqualTo(1);
        assertThat(object.at(3, 3)).isZero();
        AmplitudeImage halved = AmplitudeReader.read(folder.resolve("picture.png"), 2);
        assertThat(halved.toArray()).containsExactly(1, 1, 1, 1);
    }

    @Test
    void fitsHoldsIntensityAndNpyAmplitudeUnlessToldOtherwise() {
        float[] values = {0, 1, 4, 16};
        Path fits = folder.resolve("a.fits");
        FitsFile.write(fits, Shape.square(2), values);
        Path npy = folder.resolve("a.npy");
        NpyFile.write(npy, new NpyFile.Array(List.of(2, 2), values));
        float[] roots = {0, 0.25f, 0.5f, 1};
        float[] shares = {0, 0.0625f, 0.25f, 1};
        assertThat(AmplitudeReader.read(fits, 2).toArray()).containsExactly(roots);
        assertThat(AmplitudeReader.read(npy, 2).toArray()).containsExactly(shares);
        assertThat(AmplitudeReader.read(fits, 2, PixelQuantity.AMPLITUDE).toArray())
                .containsExactly(shares);
        assertThat(AmplitudeReader.read(npy, 2, PixelQuantity.INTENSITY).toArray())
                .containsExactly(roots);
    }

    @Test
    void fitsScalingIsUndoneAndNegativeSkyIsBlack() throws Exception {
        short[][] stored = {{-100, 0}, {50, 100}};
        ImageHDU unit = ImageData.from(stored).toHDU();
        unit.addValue("BZERO", 100.0, "");
        unit.addValue("BSCALE", 2.0, "");
        assertThat(AmplitudeReader.read(writeFits(unit), 2).toIntensity())
                .containsExactly(new float[] {0, 1 / 3f, 2 / 3f, 1}, within(1e-6f));
    }

    @Test
    void fitsWithLeadingAxesOfOneIsAnImageAndACubeIsRefused() throws Exception {
        Path single =
                writeFits(ImageData.from(new float[][][] {{{1, 4}, {9, 16}}}).toHDU());
        assertThat(AmplitudeReader.read(single, 2).toArray()).containsExactly(0.25f, 0.5f, 0.75f, 1);
        Path cube = writeFits(ImageData.from(new float[3][2][2]).toHDU());
        assertRefused(cube, "[3, 2, 2]", "one plane");
    }

    @ParameterizedTest
    @CsvSource({"NaN", "Infinity", "-Infinity"})
    void valuesThatAreNotFiniteAreRefusedWithTheirPlace(float bad) {
        float[] values = {1, 1, 1, 1, 1, bad, 1, 1, 1};
        Path fits = folder.resolve("bad.fits");
        FitsFile.write(fits, Shape.square(3), values);
        assertRefused(fits, "row 1, column 2", "replace");
        Path npy = folder.resolve("bad.npy");
        NpyFile.write(npy, new NpyFile.Array(List.of(3, 3), values));
        assertRefused(npy, "row 1, column 2", "replace");
    }

    @Test
    void negativeAmplitudeIsRefusedWithTheWayOut() {
        Path npy = folder.resolve("negative.npy");
        NpyFile.write(npy, new NpyFile.Array(List.of(1, 2), new float[] {1, -0.5f}));
        assertRefused(npy, "-0.5", "--input intensity");
    }

    @Test
    void aBlackPictureIsRefused() throws IOException {
        assertRefused(
                write(new BufferedImage(5, 5, BufferedImage.TYPE_BYTE_GRAY), "png"), "brighter than zero", "black");
    }

    @Test
    void missingEmptyAndForeignFilesAreRefused() throws IOException {
        assertRefused(folder.resolve("none.png"), "no such file", "check the name");
        assertRefused(folder, "is a folder", "name one file");
        assertRefused(Files.createFile(folder.resolve("empty.png")), "is empty", "again");
        assertRefused(Files.writeString(folder.resolve("text.png"), "hello"), "68 65 6c 6c 6f", "convert");
    }

    @ParameterizedTest
    @ValueSource(strings = {"png", "jpg", "tiff", "bmp", "gif"})
    void picturesCutOffAreRefused(String format) throws IOException {
        BufferedImage image = new BufferedImage(64, 64, BufferedImage.TYPE_BYTE_GRAY);
        for (int i = 0; i < 64 * 64; i++) {
            image.getRaster().setSample(i % 64, i / 64, 0, i * 31 & 255);
        }
        Path whole = write(image, format);
        byte[] bytes = Files.readAllBytes(whole);
        for (int length : new int[] {13, bytes.length / 3, bytes.length / 2, bytes.length * 4 / 5}) {
            Path cut = Files.write(folder.resolve("cut" + length + "." + format), Arrays.copyOf(bytes, length));
            assertRefused(cut, "cannot be decoded", "export it again");
        }
    }

    @Test
    void fitsCutOffOrDamagedIsRefused() throws IOException {
        Path whole = folder.resolve("whole.fits");
        FitsFile.write(whole, Shape.square(64), filled(64 * 64));
        byte[] bytes = Files.readAllBytes(whole);
        assertRefused(Files.write(folder.resolve("cut.fits"), Arrays.copyOf(bytes, 9000)), "FITS", "again");
        assertRefused(Files.write(folder.resolve("head.fits"), Arrays.copyOf(bytes, 500)), "FITS", "");
        assertRefused(Files.writeString(folder.resolve("fake.fits"), "SIMPLE  = nonsense"), "FITS", "");
    }

    @Test
    void absurdSizesAreRefusedFromTheHeaderAlone() throws IOException {
        assertRefused(writePngHeader(200_000, 200_000), "200000 x 200000", "16384");
        // Within the edge limit, but 16 bytes a pixel are 4 GiB, more than the heap of the tests.
        if (Runtime.getRuntime().maxMemory() < 4L << 30) {
            assertRefused(writePngHeader(16384, 16384), "MiB of memory", "-Xmx");
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {0, -3, 20_000})
    void sizesOfTheObjectAreChecked(int size) {
        Path npy = folder.resolve("fine.npy");
        NpyFile.write(npy, new NpyFile.Array(List.of(1, 1), new float[] {1}));
        assertThatIllegalArgumentException()
                .isThrownBy(() -> AmplitudeReader.read(npy, size))
                .withMessageContaining(size + " x " + size);
    }

    static Stream<List<Integer>> shapesThatAreNoImage() {
        return Stream.of(List.of(4), List.of(2, 2, 2), List.of(0, 5));
    }

    @ParameterizedTest
    @MethodSource("shapesThatAreNoImage")
    void arraysThatAreNoImageAreRefused(List<Integer> shape) {
        Path npy = folder.resolve("array.npy");
        NpyFile.write(npy, new NpyFile.Array(shape, new float[shape.stream().reduce(1, (a, b) -> a * b)]));
        assertRefused(npy, "array", "");
    }

    private static void assertRefused(Path file, String found, String remedy) {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> AmplitudeReader.read(file, 4))
                .withMessageStartingWith("cannot read " + file)
                .withMessageContaining(found)
                .withMessageContaining(remedy)
                .matches(refusal -> refusal.getMessage().lines().count() == 1, "is one line");
    }

    private static float[] filled(int count) {
        float[] values = new float[count];
        Arrays.fill(values, 1);
        return values;
    }

    private Path write(BufferedImage image, String format) throws IOException {
        Path file = folder.resolve("picture." + format);
        assertThat(ImageIO.write(image, format, file.toFile())).isTrue();
        return file;
    }

    private Path writeFits(ImageHDU unit) throws Exception {
        Path file = folder.resolve("image.fits");
        try (Fits fits = new Fits()) {
            fits.addHDU(unit);
            fits.write(file.toFile());
        }
        return file;
    }

    /** A PNG that ends after its header. */
    private Path writePngHeader(int ny, int nx) {
        ByteBuffer chunk = ByteBuffer.allocate(17);
        chunk.put(new byte[] {'I', 'H', 'D', 'R'}).putInt(nx).putInt(ny).put(new byte[] {8, 0, 0, 0, 0});
        CRC32 sum = new CRC32();
        sum.update(chunk.array());
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        out.writeBytes(new byte[] {(byte) 0x89, 'P', 'N', 'G', 13, 10, 26, 10, 0, 0, 0, 13});
        out.writeBytes(chunk.array());
        out.writeBytes(ByteBuffer.allocate(4).putInt((int) sum.getValue()).array());
        out.writeBytes(new byte[8]);
        try {
            return Files.write(folder.resolve("huge.png"), out.toByteArray());
        } catch (IOException failure) {
            throw new UncheckedIOException(failure);
        }
    }
}
