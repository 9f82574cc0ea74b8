// SPDX-License-Identifier: Apache-2.0
package fizeau.bench.verify;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;

/** Writes small folders of reference vectors for tests. */
final class GoldenFolder {

    private final Path folder;
    private final ObjectNode index = new ObjectMapper().createObjectNode();

    GoldenFolder(Path folder) {
        this.folder = folder;
        index.put("format", "raw little-endian arrays");
        index.putArray("cases");
    }

    ObjectNode index() {
        return index;
    }

    /** Adds a case without arrays. */
    ObjectNode addCase(String group, String name) {
        ObjectNode golden = index.withArray("cases").addObject();
        golden.put("group", group).put("name", name);
        golden.putObject("parameters");
        golden.putObject("scalars");
        golden.putArray("arrays");
        return golden;
    }

    /** Adds a float32 array to a case and writes its file. */
    ObjectNode addArray(ObjectNode golden, String name, String role, float... values) throws IOException {
        String file = golden.get("name").textValue() + "__" + name + ".bin";
        ObjectNode array = golden.withArray("arrays").addObject();
        array.put("name", name).put("file", file).put("dtype", "float32").put("role", role);
        array.putArray("shape").add(values.length);
        ByteBuffer bytes = ByteBuffer.allocate(4 * values.length).order(ByteOrder.LITTLE_ENDIAN);
        for (float value : values) {
            bytes.putFloat(value);
        }
        Files.write(folder.resolve(file), bytes.array());
        return array;
    }

    /** Writes the index and reads the folder. */
    GoldenSet open() throws IOException {
        new ObjectMapper().writeValue(folder.resolve("index.json").toFile(), index);
        return GoldenSet.open(folder);
    }
}
