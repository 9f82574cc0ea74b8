// SPDX-License-Identifier: Apache-2.0
package fizeau.bench.infer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import fizeau.bench.ops.Parameter;
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

class TensorFileTest {
    @TempDir
    private Path folder;

    @Test
    void arraysComeBack() {
        Path file = folder.resolve("weights");
        Parameter large = Parameter.weight("large", 3, 10, 300L, 257L);
        Parameter small = Parameter.shift("small", 4, 5);
        TensorFile.write(file, List.of(large, small));
        TensorFile read = TensorFile.open(file);
        assertThat(read.dims("large")).containsExactly(300L, 257L);
        float[] values = read.array("large");
        assertThat(values).hasSize(300 * 257);
        for (int i : new int[] {0, 65535, 65536, 77099}) {
            assertThat(values[i]).isEqualTo(large.values().at(i));
        }
        assertThat(read.array("small")[4]).isEqualTo(small.values().at(4));
    }

    @Test
    void theFileIsLaidOutAsOthersReadIt() throws IOException {
        Path file = folder.resolve("one");
        TensorFile.write(file, "x", List.of(2L, 1L), new float[] {1.5f, -2});
        ByteBuffer bytes = ByteBuffer.wrap(Files.readAllBytes(file)).order(ByteOrder.LITTLE_ENDIAN);
        int length = (int) bytes.getLong(0);
        String header = new String(bytes.array(), 8, length, StandardCharsets.UTF_8).replaceAll("\\s", "");
        assertThat(header).contains("\"x\":{", "\"dtype\":\"F32\"", "\"shape\":[2,1]", "\"data_offsets\":[0,8]");
        assertThat(bytes.getFloat(8 + length)).isEqualTo(1.5f);
        assertThat(bytes.getFloat(8 + length + 4)).isEqualTo(-2f);
        assertThat(bytes.array()).hasSize(8 + length + 8);
    }

    @Test
    void aCutOrForeignFileIsRefused() throws IOException {
        Path file = folder.resolve("cut");
        TensorFile.write(file, "x", List.of(100L), new float[100]);
        byte[] whole = Files.readAllBytes(file);
        Files.write(file, Arrays.copyOf(whole, whole.length - 1));
        assertThatThrownBy(() -> TensorFile.open(file).array("x")).hasMessageContaining("array x is not whole");
        assertThatThrownBy(() -> TensorFile.open(file).array("y")).hasMessageContaining("holds no array y");
        Files.write(file, Arrays.copyOf(whole, 20));
        assertThatThrownBy(() -> TensorFile.open(file)).hasMessageContaining("its header is cut or missing");
        Files.writeString(file, "PNG");
        assertThatThrownBy(() -> TensorFile.open(file)).hasMessageContaining("its header is cut or missing");
    }
}
