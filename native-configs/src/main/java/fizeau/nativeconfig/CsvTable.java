// SPDX-License-Identifier: Apache-2.0
package fizeau.nativeconfig;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** The data files of this package: comma-separated, no quotes, {@code #} begins a comment line, first row names columns. */
final class CsvTable {

    private CsvTable() {}

    /** Rows of a resource beside this class, each by column name. */
    static List<Map<String, String>> resource(String name) {
        try (InputStream stream = CsvTable.class.getResourceAsStream(name)) {
            if (stream == null) {
                throw new IllegalStateException("resource " + name + " is missing from the jar of native-configs");
            }
            return parse(name, new String(stream.readAllBytes(), StandardCharsets.UTF_8));
        } catch (IOException failure) {
            throw new UncheckedIOException(failure);
        }
    }

    /** @param name for messages */
    static List<Map<String, String>> parse(String name, String text) {
        List<String> lines = text.lines()
                .filter(line -> !line.isBlank() && !line.startsWith("#"))
                .toList();
        List<Map<String, String>> rows = new ArrayList<>();
        if (lines.isEmpty()) {
            return rows;
        }
        String[] columns = lines.get(0).split(",", -1);
        for (String line : lines.subList(1, lines.size())) {
            String[] values = line.split(",", -1);
            if (values.length != columns.length) {
                throw new IllegalArgumentException(name + ": row \"" + line + "\" has " + values.length
                        + " values, the table has " + columns.length + " columns");
            }
            Map<String, String> row = new LinkedHashMap<>();
            for (int i = 0; i < columns.length; i++) {
                row.put(columns[i].strip(), values[i].strip());
            }
            rows.add(row);
        }
        return rows;
    }
}
