// SPDX-License-Identifier: Apache-2.0
package fizeau.bench.verify;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.json.JsonReadFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalDouble;
import java.util.Set;

/** Reads one folder of reference vectors; everything wrong with it is told in one sentence. */
final class GoldenSetReader {

    private static final String INDEX = "index.json";

    /** Numbers that are infinite are written as the bare word, which plain JSON does not know. */
    private static final ObjectMapper JSON = JsonMapper.builder()
            .enable(JsonReadFeature.ALLOW_NON_NUMERIC_NUMBERS)
            .build();

    private final Path folder;

    GoldenSetReader(Path folder) {
        this.folder = folder;
    }

    GoldenSet read() {
        JsonNode index = readIndex();
        JsonNode cases = index.get("cases");
        if (!index.path("format").asText().contains("little-endian") || cases == null || !cases.isArray()) {
            throw new IllegalArgumentException(folder.resolve(INDEX)
                    + " is not an index of reference vectors: it must hold cases and a little-endian format");
        }
        if (cases.isEmpty()) {
            throw new IllegalArgumentException(folder.resolve(INDEX) + " lists no case: nothing can be verified");
        }
        int arrays = 0;
        Set<String> names = new HashSet<>();
        List<GoldenCase> read = new ArrayList<>();
        for (JsonNode node : cases) {
            GoldenCase golden = readCase(node);
            if (!names.add(golden.name())) {
                throw new IllegalArgumentException("case " + golden.name() + " stands twice in " + INDEX);
            }
            arrays += golden.arrays().size();
            read.add(golden);
        }
        requireCount(index, "n_cases", read.size());
        requireCount(index, "n_arrays", arrays);
        return new GoldenSet(folder, read);
    }

    private JsonNode readIndex() {
        Path file = folder.resolve(INDEX);
        if (!Files.isRegularFile(file)) {
            throw new IllegalArgumentException(folder + " holds no " + INDEX + ": name a folder of reference vectors");
        }
        try {
            JsonNode index = JSON.readTree(file.toFile());
            if (index == null || !index.isObject()) {
                throw new IllegalArgumentException(
                        file + " is not an index of reference vectors: it must be one JSON object");
            }
            return index;
        } catch (JsonProcessingException broken) {
            throw new IllegalArgumentException(file + " is not valid JSON: " + broken.getOriginalMessage(), broken);
        } catch (IOException unreadable) {
            throw new IllegalArgumentException(file + " cannot be read: " + unreadable.getMessage(), unreadable);
        }
    }

    private static void requireCount(JsonNode index, String field, int found) {
        if (index.has(field) && index.get(field).asInt(-1) != found) {
            throw new IllegalArgumentException(INDEX + " announces " + field + " = " + index.get(field) + " but lists "
                    + found + ": it is incomplete");
        }
    }

    private GoldenCase readCase(JsonNode node) {
        String group = text(node, "group", "a case");
        String name = text(node, "name", "a case of group " + group);
        Map<String, GoldenArray> arrays = new LinkedHashMap<>();
        for (JsonNode array : node.path("arrays")) {
            GoldenArray read = readArray(name, array);
            if (arrays.put(read.name(), read) != null) {
                throw new IllegalArgumentException("array " + read.name() + " stands twice in case " + name);
            }
        }
        return new GoldenCase(
                group, name, node.path("description").asText(), node.path("parameters"), node.path("scalars"), arrays);
    }

    private GoldenArray readArray(String owner, JsonNode node) {
        String name = text(node, "name", "an array of case " + owner);
        String described = "array " + name + " of case " + owner;
        ElementType type;
        try {
            type = ElementType.parse(text(node, "dtype", described));
        } catch (IllegalArgumentException unknown) {
            throw new IllegalArgumentException(described + ": " + unknown.getMessage(), unknown);
        }
        List<Integer> shape = new ArrayList<>();
        long elements = 1;
        JsonNode extents = node.path("shape");
        if (!extents.isArray()) {
            throw new IllegalArgumentException(described + " has no shape");
        }
        for (JsonNode extent : extents) {
            if (!extent.canConvertToInt() || !extent.isIntegralNumber() || extent.intValue() < 0) {
                throw new IllegalArgumentException(
                        described + " has the extent " + extent + ": extents are not negative");
            }
            shape.add(extent.intValue());
            elements = Math.multiplyExact(elements, Math.max(0, extent.longValue()));
            if (elements * type.bytesPerElement() > Integer.MAX_VALUE) {
                throw new IllegalArgumentException(described + " of shape " + extents + " is larger than 2 GiB");
            }
        }
        String role = text(node, "role", described);
        if (!role.equals("input") && !role.equals("output")) {
            throw new IllegalArgumentException(described + " has the role " + role + ": input and output are known");
        }
        return new GoldenArray(
                name,
                type,
                List.copyOf(shape),
                role.equals("output"),
                number(node, "f64_max_abs_diff", described),
                number(node, "max_abs", described),
                node.path("f64_mask_pixels_different").asInt(0),
                readValues(described, text(node, "file", described), type, (int) elements));
    }

    private double[] readValues(String described, String fileName, ElementType type, int elements) {
        if (Path.of(fileName).isAbsolute() || Path.of(fileName).getNameCount() != 1) {
            throw new IllegalArgumentException(
                    described + " names the file " + fileName + ": only files beside " + INDEX + " are read");
        }
        Path file = folder.resolve(fileName);
        if (!Files.isRegularFile(file)) {
            throw new IllegalArgumentException(described + " is incomplete: its file " + file + " is missing");
        }
        try {
            long expected = (long) elements * type.bytesPerElement();
            if (Files.size(file) != expected) {
                throw new IllegalArgumentException(described + " needs " + expected + " bytes of " + type.word()
                        + ", but " + file + " has " + Files.size(file));
            }
            ByteBuffer bytes = ByteBuffer.wrap(Files.readAllBytes(file)).order(ByteOrder.LITTLE_ENDIAN);
            double[] values = new double[elements * type.components()];
            for (int i = 0; i < values.length; i++) {
                values[i] = type.read(bytes);
            }
            return values;
        } catch (IOException unreadable) {
            throw new IllegalArgumentException(file + " cannot be read: " + unreadable.getMessage(), unreadable);
        }
    }

    private static OptionalDouble number(JsonNode node, String field, String described) {
        if (!node.hasNonNull(field)) {
            return OptionalDouble.empty();
        }
        JsonNode value = node.get(field);
        if (!value.isNumber()) {
            throw new IllegalArgumentException(described + " has " + field + " = " + value + ": a number is needed");
        }
        return OptionalDouble.of(value.doubleValue());
    }

    private static String text(JsonNode node, String field, String described) {
        if (!node.path(field).isTextual() || node.get(field).textValue().isEmpty()) {
            throw new IllegalArgumentException(described + " in " + INDEX + " has no " + field);
        }
        return node.get(field).textValue();
    }
}
