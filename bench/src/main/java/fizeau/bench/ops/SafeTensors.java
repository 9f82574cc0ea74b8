// SPDX-License-Identifier: Apache-2.0
package fizeau.bench.ops;

import fizeau.bench.files.Json;
import fizeau.image.AtomicFile;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Writes arrays as a safetensors file: eight little-endian bytes that give the header's length, the header (JSON: type,
 * sizes and offsets by name, padded with spaces to a multiple of eight), then all values, little-endian. Values are made while
 * they are written, so that size does not matter.
 */
public final class SafeTensors {
    private static final int ALIGNMENT = 8;
    private static final int CHUNK = 1 << 16;

    /** Values in pieces: writes elements {@code from} to {@code from + count - 1} to the front of {@code target}. */
    public interface Values {
        void fill(float[] target, long from, int count);
    }

    /** @param dims sizes, slowest first */
    public record Array(List<Long> dims, Values values) {

        public static Array of(Parameter parameter) {
            return new Array(parameter.dims(), parameter.values()::fill);
        }

        long count() {
            return dims.stream().reduce(1L, Math::multiplyExact);
        }
    }

    private SafeTensors() {}

    /** How parameter {@code index} is called in the file: {@code p3.w}, the script's name for it and ours. */
    static String name(int index, Parameter parameter) {
        return "p" + index + "." + parameter.name();
    }

    /** Bytes of the values, header not counted. */
    static long bytes(List<Parameter> parameters) {
        return parameters.stream().mapToLong(one -> Float.BYTES * one.count()).sum();
    }

    static void write(Path file, List<Parameter> parameters) {
        Map<String, Array> arrays = new LinkedHashMap<>();
        for (int i = 0; i < parameters.size(); i++) {
            arrays.put(name(i, parameters.get(i)), Array.of(parameters.get(i)));
        }
        write(file, arrays);
    }

    /** @param arrays by name, written in the map's order */
    public static void write(Path file, Map<String, Array> arrays) {
        AtomicFile.write(file, out -> {
            byte[] header = header(arrays);
            out.write(ByteBuffer.allocate(Long.BYTES)
                    .order(ByteOrder.LITTLE_ENDIAN)
                    .putLong(header.length)
                    .array());
            out.write(header);
            for (Array array : arrays.values()) {
                append(out, array);
            }
        });
    }

    private static byte[] header(Map<String, Array> arrays) {
        Map<String, Object> header = new LinkedHashMap<>();
        header.put("__metadata__", Map.of("format", "pt"));
        long from = 0;
        for (Map.Entry<String, Array> array : arrays.entrySet()) {
            long to = from + Float.BYTES * array.getValue().count();
            Map<String, Object> entry = new LinkedHashMap<>();
            entry.put("dtype", "F32");
            entry.put("shape", array.getValue().dims());
            entry.put("data_offsets", List.of(from, to));
            header.put(array.getKey(), entry);
            from = to;
        }
        String text = Json.tree(header).toString();
        int length = text.getBytes(StandardCharsets.UTF_8).length;
        return (text + " ".repeat((ALIGNMENT - length % ALIGNMENT) % ALIGNMENT)).getBytes(StandardCharsets.UTF_8);
    }

    private static void append(OutputStream out, Array array) throws IOException {
        float[] part = new float[(int) Math.min(CHUNK, array.count())];
        ByteBuffer bytes = ByteBuffer.allocate(Float.BYTES * part.length).order(ByteOrder.LITTLE_ENDIAN);
        for (long from = 0; from < array.count(); from += part.length) {
            int count = (int) Math.min(part.length, array.count() - from);
            array.values().fill(part, from, count);
            bytes.clear().asFloatBuffer().put(part, 0, count);
            out.write(bytes.array(), 0, Float.BYTES * count);
        }
    }
}
