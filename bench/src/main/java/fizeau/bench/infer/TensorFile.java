// SPDX-License-Identifier: Apache-2.0
package fizeau.bench.infer;

import com.fasterxml.jackson.databind.JsonNode;
import fizeau.bench.files.Json;
import fizeau.bench.ops.Parameter;
import fizeau.bench.ops.SafeTensors;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.FloatBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Named arrays of float32 in a file that many programs read (safetensors):
 *
 * <table>
 * <caption>layout</caption>
 * <tr><td>8 bytes</td><td>length of the header, little-endian</td></tr>
 * <tr><td>header</td><td>JSON: name to dtype, shape and data_offsets, which count from the header's end</td></tr>
 * <tr><td>data</td><td>little-endian values, row-major</td></tr>
 * </table>
 *
 * An open file maps what is read; arrays may be larger than the heap.
 */
public final class TensorFile {
    private static final long LONGEST_HEADER = 1 << 24;

    private final Path file;
    private final JsonNode header;
    private final long dataFrom;

    private TensorFile(Path file, JsonNode header, long dataFrom) {
        this.file = file;
        this.header = header;
        this.dataFrom = dataFrom;
    }

    /** Writes seeded arrays. */
    public static void write(Path file, List<Parameter> parameters) {
        Map<String, SafeTensors.Array> arrays = new LinkedHashMap<>();
        parameters.forEach(parameter -> arrays.put(parameter.name(), SafeTensors.Array.of(parameter)));
        SafeTensors.write(file, arrays);
    }

    /** Writes one array. */
    public static void write(Path file, String name, List<Long> dims, float[] values) {
        SafeTensors.Values source =
                (target, from, count) -> System.arraycopy(values, Math.toIntExact(from), target, 0, count);
        SafeTensors.write(file, Map.of(name, new SafeTensors.Array(dims, source)));
    }

    /** Reads the header. */
    public static TensorFile open(Path file) {
        try (FileChannel channel = FileChannel.open(file, StandardOpenOption.READ)) {
            ByteBuffer length = ByteBuffer.allocate(Long.BYTES).order(ByteOrder.LITTLE_ENDIAN);
            channel.read(length, 0);
            long bytes = length.flip().remaining() < Long.BYTES ? -1 : length.getLong();
            if (bytes < 2 || bytes > LONGEST_HEADER || bytes + Long.BYTES > channel.size()) {
                throw new IllegalArgumentException(file + " is no file of tensors: its header is cut or missing");
            }
            ByteBuffer head = ByteBuffer.allocate((int) bytes);
            channel.read(head, Long.BYTES);
            JsonNode tree = Json.parse(new String(head.array(), StandardCharsets.UTF_8), JsonNode.class);
            return new TensorFile(file, tree, Long.BYTES + bytes);
        } catch (IOException e) {
            throw new UncheckedIOException("cannot read tensors from " + file + ": " + e.getMessage(), e);
        }
    }

    /** Sizes of an array, slowest first. */
    public List<Long> dims(String name) {
        List<Long> dims = new ArrayList<>();
        entry(name).path("shape").forEach(size -> dims.add(size.asLong()));
        return dims;
    }

    /** The values of an array, mapped into memory; at most 2^29 of them. */
    public FloatBuffer values(String name) {
        JsonNode offsets = entry(name).path("data_offsets");
        long from = offsets.path(0).asLong(-1);
        long bytes = offsets.path(1).asLong(-1) - from;
        try (FileChannel channel = FileChannel.open(file, StandardOpenOption.READ)) {
            if (from < 0 || bytes != Float.BYTES * count(dims(name)) || dataFrom + from + bytes > channel.size()) {
                throw new IllegalArgumentException(file + " is damaged: array " + name + " is not whole");
            }
            return channel.map(FileChannel.MapMode.READ_ONLY, dataFrom + from, bytes)
                    .order(ByteOrder.LITTLE_ENDIAN)
                    .asFloatBuffer();
        } catch (IOException e) {
            throw new UncheckedIOException("cannot read " + name + " from " + file + ": " + e.getMessage(), e);
        }
    }

    /** The values of an array as a copy. */
    public float[] array(String name) {
        FloatBuffer values = values(name);
        float[] copy = new float[values.remaining()];
        values.get(copy);
        return copy;
    }

    private JsonNode entry(String name) {
        JsonNode entry = header.path(name);
        if (!entry.path("dtype").asText().equals("F32")) {
            throw new IllegalArgumentException(file + " holds no array " + name + " of type F32");
        }
        return entry;
    }

    private static long count(List<Long> dims) {
        return dims.stream().reduce(1L, Math::multiplyExact);
    }
}
