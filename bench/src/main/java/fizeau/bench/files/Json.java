// SPDX-License-Identifier: Apache-2.0
package fizeau.bench.files;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.util.DefaultIndenter;
import com.fasterxml.jackson.core.util.DefaultPrettyPrinter;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;
import com.fasterxml.jackson.databind.json.JsonMapper;
import fizeau.image.AtomicFile;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;

/** Records as JSON and back. Numbers that do not exist are null, never NaN or Infinity, which JSON does not know. */
public final class Json {
    private static final ObjectMapper MAPPER = JsonMapper.builder()
            .enable(SerializationFeature.INDENT_OUTPUT)
            .disable(SerializationFeature.FAIL_ON_EMPTY_BEANS)
            .enable(DeserializationFeature.FAIL_ON_NULL_FOR_PRIMITIVES)
            .defaultPropertyInclusion(JsonInclude.Value.construct(JsonInclude.Include.ALWAYS, null))
            .defaultPrettyPrinter(new DefaultPrettyPrinter()
                    .withObjectIndenter(new DefaultIndenter("  ", "\n"))
                    .withArrayIndenter(DefaultPrettyPrinter.FixedSpaceIndenter.instance))
            .build();

    private Json() {}

    /** The value as indented text with a line break at the end. */
    public static String text(Object value) {
        try {
            return MAPPER.writeValueAsString(value) + "\n";
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("cannot write " + value.getClass().getSimpleName() + " as JSON", e);
        }
    }

    public static JsonNode tree(Object value) {
        return MAPPER.valueToTree(value);
    }

    public static <T> T value(JsonNode tree, Class<T> type) {
        try {
            return MAPPER.treeToValue(tree, type);
        } catch (JsonProcessingException e) {
            throw new IllegalArgumentException(
                    "this is no " + type.getSimpleName() + ": " + firstLine(e.getOriginalMessage()), e);
        }
    }

    /** Writes a whole file, or none. */
    public static void write(Path file, Object value) {
        String text = text(value);
        AtomicFile.write(file, out -> out.write(text.getBytes(StandardCharsets.UTF_8)));
    }

    /** Reads a file of our own making; an unknown or missing field, or a cut file, is refused in one sentence. */
    public static <T> T read(Path file, Class<T> type) {
        if (!Files.isReadable(file) || Files.isDirectory(file)) {
            throw new IllegalArgumentException(file + " is no file that can be read: name one that exists");
        }
        try {
            return MAPPER.readValue(Files.readAllBytes(file), type);
        } catch (JsonProcessingException e) {
            throw new IllegalArgumentException(
                    file + " is damaged or not of the expected kind (" + firstLine(e.getOriginalMessage())
                            + "): use a file that this version wrote",
                    e);
        } catch (IOException e) {
            throw new UncheckedIOException("cannot read " + file + ": " + e.getMessage(), e);
        }
    }

    /** Reads any JSON document. */
    public static JsonNode readTree(Path file) {
        return read(file, JsonNode.class);
    }

    /** The number, or null where JSON has no word for it. */
    public static Double finite(double number) {
        return Double.isFinite(number) ? number : null;
    }

    private static String firstLine(String message) {
        return message.lines().findFirst().orElse("no details");
    }
}
