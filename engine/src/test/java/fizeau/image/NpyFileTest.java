// SPDX-License-Identifier: Apache-2.0
package fizeau.image;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class NpyFileTest {
    @TempDir
    Path folder;

    @Test
    void whatIsWrittenIsReadBack() {
        float[] values = {0f, 1f, -2.5f, Float.MIN_VALUE, Float.MAX_VALUE, Float.NaN};
        Path file = folder.resolve("a.npy");
        NpyFile.write(file, new NpyFile.Array(List.of(1, 2, 3), values));
        NpyFile.Array back = NpyFile.read(file);
        assertThat(back.shape()).containsExactly(1, 2, 3);
        assertThat(back.values()).containsExactly(values);
    }

    @Test
    void theWrittenHeaderIsTheOneNumpyWrites() throws IOException {
        Path file = folder.resolve("a.npy");
        NpyFile.write(file, new NpyFile.Array(List.of(2), new float[] {1, 2}));
        byte[] bytes = Files.readAllBytes(file);
        String dictionary = "{'descr': '<f4', 'fortran_order': False, 'shape': (2,), }";
        String header = dictionary + " ".repeat(128 - 10 - dictionary.length() - 1) + "\n";
        assertThat(new String(bytes, 1, 5, StandardCharsets.US_ASCII)).isEqualTo("NUMPY");
        assertThat(new String(bytes, 10, header.length(), StandardCharsets.US_ASCII))
                .isEqualTo(header);
        assertThat(bytes).hasSize(10 + header.length() + 8);
    }

    @ParameterizedTest
    @CsvSource({
        "<f4, 1", "<f8, 2", ">f8, 1", ">f4, 3", "|i1, 1", "|u1, 1", "<i2, 1", ">u2, 2", "<i4, 1", "<u4, 1", "<i8, 1",
        "<u8, 1"
    })
    void everyElementTypeAndVersionIsRead(String descr, int version) throws IOException {
        Path file = write(descr, "False", "(2, 2)", version, new double[] {0, 1, 100, 7});
        assertThat(NpyFile.read(file).values()).containsExactly(0, 1, 100, 7);
    }

    @Test
    void unsignedElementsStayPositive() throws IOException {
        assertThat(NpyFile.read(write("|u1", "False", "(1,)", 1, new double[] {255}))
                        .values())
                .containsExactly(255);
        assertThat(NpyFile.read(write("<u2", "False", "(1,)", 1, new double[] {65535}))
                        .values())
                .containsExactly(65535);
        assertThat(NpyFile.read(write("|i1", "False", "(1,)", 1, new double[] {-1}))
                        .values())
                .containsExactly(-1);
    }

    @ParameterizedTest
    @ValueSource(strings = {"<c8", "<f2", "|S3", "|O"})
    void otherElementTypesAreRefused(String descr) throws IOException {
        Path file = write(descr, "False", "(1,)", 1, new double[] {});
        assertThatIllegalArgumentException()
                .isThrownBy(() -> NpyFile.read(file))
                .withMessageContaining(file.toString())
                .withMessageContaining("type")
                .withMessageContaining("float32");
    }

    @Test
    void fortranOrderIsRefusedWithTheRemedy() throws IOException {
        Path file = write("<f4", "True", "(2, 2)", 1, new double[] {1, 2, 3, 4});
        assertThatIllegalArgumentException()
                .isThrownBy(() -> NpyFile.read(file))
                .withMessageContaining("ascontiguousarray");
    }

    @ParameterizedTest
    @ValueSource(strings = {"(3, 2)", "(1, 2)", "(99999, 99999)", "(99999999999,)"})
    void aShapeThatDoesNotFitTheDataIsRefused(String shape) throws IOException {
        Path file = write("<f4", "False", shape, 1, new double[] {1, 2, 3, 4});
        assertThatIllegalArgumentException()
                .isThrownBy(() -> NpyFile.read(file))
                .withMessageContaining(file.toString());
    }

    @Test
    void headersCutOffOrUnknownAreRefused() throws IOException {
        Path whole = write("<f4", "False", "(2, 2)", 1, new double[] {1, 2, 3, 4});
        byte[] bytes = Files.readAllBytes(whole);
        Path cut = Files.write(folder.resolve("cut.npy"), Arrays.copyOf(bytes, 30));
        assertThatIllegalArgumentException().isThrownBy(() -> NpyFile.read(cut)).withMessageContaining("header");
        bytes[6] = 9;
        Path future = Files.write(folder.resolve("future.npy"), bytes);
        assertThatIllegalArgumentException()
                .isThrownBy(() -> NpyFile.read(future))
                .withMessageContaining("version is 9");
    }

    private Path write(String descr, String fortran, String shape, int version, double[] values) throws IOException {
        String text = "{'descr': '" + descr + "', 'fortran_order': " + fortran + ", 'shape': " + shape + ", }\n";
        ByteBuffer buffer = ByteBuffer.allocate(512).order(ByteOrder.LITTLE_ENDIAN);
        buffer.put((byte) 0x93)
                .put("NUMPY".getBytes(StandardCharsets.US_ASCII))
                .put((byte) version)
                .put((byte) 0);
        if (version == 1) {
            buffer.putShort((short) text.length());
        } else {
            buffer.putInt(text.length());
        }
        buffer.put(text.getBytes(StandardCharsets.US_ASCII));
        buffer.order(descr.startsWith(">") ? ByteOrder.BIG_ENDIAN : ByteOrder.LITTLE_ENDIAN);
        for (double value : values) {
            switch (descr.substring(1)) {
                case "f4" -> buffer.putFloat((float) value);
                case "f8" -> buffer.putDouble(value);
                case "i1", "u1" -> buffer.put((byte) (int) value);
                case "i2", "u2" -> buffer.putShort((short) (int) value);
                case "i4", "u4" -> buffer.putInt((int) value);
                default -> buffer.putLong((long) value);
            }
        }
        Path file = folder.resolve(version + descr.substring(1) + values.length + ".npy");
        return Files.write(file, Arrays.copyOf(buffer.array(), buffer.position()));
    }
}
