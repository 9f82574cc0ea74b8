// SPDX-License-Identifier: Apache-2.0
package fizeau.bench.verify;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import org.assertj.core.api.AbstractThrowableAssert;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class GoldenSetTest {

    @TempDir
    Path folder;

    private GoldenFolder golden;
    private ObjectNode oneCase;
    private ObjectNode array;

    @BeforeEach
    void write() throws IOException {
        golden = new GoldenFolder(folder);
        oneCase = golden.addCase("metric", "small");
        array = golden.addArray(oneCase, "values", "output", 1.5f, -2, 0.25f);
    }

    @Test
    void arraysAreReadAsTheyWereWritten() throws IOException {
        array.put("f64_max_abs_diff", 1e-7).put("max_abs", 2.0);
        GoldenArray read = golden.open().cases().get(0).array("values");
        assertThat(read.values()).containsExactly(1.5, -2, 0.25);
        assertThat(read.shape()).containsExactly(3);
        assertThat(read.output()).isTrue();
        assertThat(read.precisionLoss()).hasValue(1e-7);
        assertThat(read.magnitude()).isEqualTo(2);
    }

    @Test
    void everyElementTypeIsLittleEndian() throws IOException {
        ByteBuffer bytes = ByteBuffer.allocate(16).order(ByteOrder.LITTLE_ENDIAN);
        bytes.putDouble(Math.PI).putDouble(-1).flip();
        Files.write(folder.resolve(array.get("file").textValue()), bytes.array());
        array.put("dtype", "complex128").putArray("shape").add(1);
        assertThat(read().values()).containsExactly(Math.PI, -1);
        array.put("dtype", "float64").putArray("shape").add(2);
        assertThat(read().values()).containsExactly(Math.PI, -1);
        array.put("dtype", "complex64").putArray("shape").add(2).add(1);
        assertThat(read().values()).hasSize(4);
        array.put("dtype", "uint8").putArray("shape").add(16);
        assertThat(read().values()).contains(0x40, 0xbf);
    }

    @Test
    void anInfiniteNumberMayBeABareWord() throws IOException {
        golden.open();
        String index = Files.readString(folder.resolve("index.json"));
        Files.writeString(
                folder.resolve("index.json"), index.replace("\"scalars\":{}", "\"scalars\":{\"psnr\":Infinity}"));
        GoldenCase read = GoldenSet.open(folder).cases().get(0);
        assertThat(read.scalars().get("psnr").doubleValue()).isInfinite();
    }

    @Test
    void aFolderWithoutIndexIsRefused() {
        refused().hasMessageContaining("holds no index.json");
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "{", "[1, 2]", "{\"cases\": []}", "{\"format\": \"little-endian\"}", "not json"})
    void anotherIndexIsRefused(String content) throws IOException {
        Files.writeString(folder.resolve("index.json"), content);
        refused().hasMessageContaining("index.json");
    }

    @Test
    void anEmptyListOfCasesIsRefused() throws IOException {
        Files.writeString(folder.resolve("index.json"), "{\"format\": \"little-endian\", \"cases\": []}");
        refused().hasMessageContaining("lists no case");
    }

    @Test
    void aMissingFileIsRefused() throws IOException {
        Files.delete(folder.resolve(array.get("file").textValue()));
        broken().hasMessageContaining("array values of case small").hasMessageContaining("missing");
    }

    @Test
    void aTruncatedFileIsRefused() throws IOException {
        Files.write(folder.resolve(array.get("file").textValue()), new byte[11]);
        broken().hasMessageContaining("needs 12 bytes").hasMessageContaining("has 11");
    }

    @Test
    void anUnknownElementTypeIsRefused() {
        array.put("dtype", "bfloat16");
        broken().hasMessageContaining("bfloat16").hasMessageContaining("float32");
    }

    @Test
    void aFileOutsideTheFolderIsRefused() {
        array.put("file", "../index.json");
        broken().hasMessageContaining("../index.json");
    }

    @Test
    void impossibleShapesAreRefused() {
        array.putArray("shape").add(-3);
        broken().hasMessageContaining("-3");
        array.putArray("shape").add(1 << 20).add(1 << 20);
        broken().hasMessageContaining("2 GiB");
        array.remove("shape");
        broken().hasMessageContaining("no shape");
    }

    @Test
    void anIncompleteIndexIsRefused() {
        golden.index().put("n_cases", 2);
        broken().hasMessageContaining("n_cases = 2");
        golden.index().put("n_cases", 1).put("n_arrays", 5);
        broken().hasMessageContaining("n_arrays = 5");
    }

    @Test
    void casesOfTheSameNameAreRefused() {
        golden.addCase("loss", "small");
        broken().hasMessageContaining("small stands twice");
    }

    private GoldenArray read() throws IOException {
        return golden.open().cases().get(0).array("values");
    }

    private AbstractThrowableAssert<?, ?> refused() {
        return assertThatThrownBy(() -> GoldenSet.open(folder)).isInstanceOf(IllegalArgumentException.class);
    }

    private AbstractThrowableAssert<?, ?> broken() {
        return assertThatThrownBy(golden::open).isInstanceOf(IllegalArgumentException.class);
    }
}
