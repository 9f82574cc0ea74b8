// SPDX-License-Identifier: Apache-2.0
package fizeau.bench.infer;

import com.fasterxml.jackson.databind.JsonNode;
import fizeau.bench.files.Json;
import fizeau.bench.ops.Parameter;
import fizeau.image.AtomicFile;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.FloatBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
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
    private static final int CHUNK = 1 << 16;
    private static final long LONGEST_HEADER = 1 << 24;

    private final Path file;
    private final JsonNode header;
    private final long dataFrom;

    private TensorFile(Path file, JsonNode header, long dataFrom) {
        this.file = file;
        this.header = header;
        this.dataFrom = dataFrom;
    }

    /** Values in pieces: writes elements {@code from} to {@code from + count - 1} to the front of {@code target}. */
    private interface Source {
        void fill(float[] target, long from, int count);
    }

    /** Writes seeded arrays. */
    public static void write(Path file, List<Parameter> parameters) {
        Map<String, List<Long>> shapes = new LinkedHashMap<>();
        parameters.forEach(parameter -> shapes.put(parameter.name(), parameter.dims()));
        Source[] sources = parameters.stream()
                .map(parameter -> (Source) parameter.values()::fill)
                .toArray(Source[]::new);
        write(file, shapes, sources);
    }

    /** Writes one array. */
    public static void write(Path file, String name, List<Long> dims, float[] values) {
        Source source = (target, from, count) -> System.arraycopy(values, Math.toIntExact(from), target, 0, count);
        write(file, Map.of(name, dims), source);
    }

    private static void write(Path file, Map<String, List<Long>> shapes, Source... sources) {
        Map<String, Object> entries = new LinkedHashMap<>();
        long at = 0;
        for (Map.Entry<String, List<Long>> shape : shapes.entrySet()) {
            long end = at + Float.BYTES * count(shape.getValue());
            entries.put(
                    shape.getKey(),
                    Map.of("dtype", "F32", "shape", shape.getValue(), "data_offsets", List.of(at, end)));
            at = end;
        }
        byte[] head = Json.text(entries).getBytes(StandardCharsets.UTF_8);
        AtomicFile.write(file, out -> {
            out.write(ByteBuffer.allocate(Long.BYTES)
                    .order(ByteOrder.LITTLE_ENDIAN)
                    .putLong(head.length)
                    .array());
            out.write(head);
            int index = 0;
            for (List<Long> dims : shapes.values()) {
                append(out, sources[index++], count(dims));
            }
        });
    }

    private static void append(OutputStream out, Source source, long count) throws IOException {
        float[] part = new float[(int) Math.min(CHUNK, count)];
        ByteBuffer bytes = ByteBuffer.allocate(Float.BYTES * part.length).order(ByteOrder.LITTLE_ENDIAN);
        for (long from = 0; from < count; from += part.length) {
            int length = (int) Math.min(part.length, count - from);
            source.fill(part, from, length);
            bytes.clear().asFloatBuffer().put(part, 0, length);
            out.write(bytes.array(), 0, Float.BYTES * length);
        }
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
        List<Long> dims = new java.util.ArrayList<>();
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
