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
 * Writes parameters as a safetensors file: eight little-endian bytes that give the header's length, the header (JSON: type,
 * sizes and offsets by name, padded with spaces to a multiple of eight), then all values, little-endian. Values are made while
 * they are written, so that size does not matter.
 */
final class SafeTensors {
    private static final int ALIGNMENT = 8;
    private static final int CHUNK = 1 << 16;

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
        AtomicFile.write(file, out -> {
            byte[] header = header(parameters);
            out.write(ByteBuffer.allocate(Long.BYTES)
                    .order(ByteOrder.LITTLE_ENDIAN)
                    .putLong(header.length)
                    .array());
            out.write(header);
            for (Parameter parameter : parameters) {
                values(parameter, out);
            }
        });
    }

    private static byte[] header(List<Parameter> parameters) {
        Map<String, Object> header = new LinkedHashMap<>();
        header.put("__metadata__", Map.of("format", "pt"));
        long from = 0;
        for (int i = 0; i < parameters.size(); i++) {
            Parameter one = parameters.get(i);
            long to = from + Float.BYTES * one.count();
            Map<String, Object> entry = new LinkedHashMap<>();
            entry.put("dtype", "F32");
            entry.put("shape", one.dims());
            entry.put("data_offsets", List.of(from, to));
            header.put(name(i, one), entry);
            from = to;
        }
        String text = Json.tree(header).toString();
        int length = text.getBytes(StandardCharsets.UTF_8).length;
        return (text + " ".repeat((ALIGNMENT - length % ALIGNMENT) % ALIGNMENT)).getBytes(StandardCharsets.UTF_8);
    }

    private static void values(Parameter parameter, OutputStream out) throws IOException {
        float[] part = new float[CHUNK];
        ByteBuffer bytes = ByteBuffer.allocate(Float.BYTES * CHUNK).order(ByteOrder.LITTLE_ENDIAN);
        for (long from = 0; from < parameter.count(); from += CHUNK) {
            int count = (int) Math.min(CHUNK, parameter.count() - from);
            parameter.values().fill(part, from, count);
            bytes.clear().asFloatBuffer().put(part, 0, count);
            out.write(bytes.array(), 0, Float.BYTES * count);
        }
    }
}
