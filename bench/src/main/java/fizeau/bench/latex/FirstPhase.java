// SPDX-License-Identifier: Apache-2.0
package fizeau.bench.latex;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.DoubleStream;

/** Wall times of the first phase from a CSV file with a column {@code equation} and one whose name holds {@code wall}. */
public final class FirstPhase {

    private FirstPhase() {}

    /** Seconds of all runs by equation, in words of the file, lower case. */
    public static Map<String, double[]> read(Path file) {
        List<String> lines;
        try {
            lines = Files.readAllLines(file, StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException("cannot read " + file + ": name a CSV file", e);
        }
        List<String> header = lines.isEmpty() ? List.of() : cells(lines.get(0));
        int equation = header.indexOf("equation");
        List<String> walls =
                header.stream().filter(name -> name.contains("wall")).toList();
        if (equation < 0 || walls.size() != 1) {
            throw new IllegalArgumentException(
                    file + " needs a column equation and one column with wall in its name, it has "
                            + String.join(", ", header));
        }
        int wall = header.indexOf(walls.get(0));
        Map<String, double[]> seconds = new LinkedHashMap<>();
        for (int i = 1; i < lines.size(); i++) {
            if (lines.get(i).isBlank()) {
                continue;
            }
            List<String> row = cells(lines.get(i));
            try {
                seconds.merge(
                        row.get(equation),
                        new double[] {Double.parseDouble(row.get(wall))},
                        (a, b) -> DoubleStream.concat(Arrays.stream(a), Arrays.stream(b))
                                .toArray());
            } catch (IndexOutOfBoundsException | NumberFormatException e) {
                throw new IllegalArgumentException(
                        file + " line " + (i + 1) + " has no number of seconds in column " + (wall + 1), e);
            }
        }
        return seconds;
    }

    private static List<String> cells(String line) {
        return Arrays.stream(line.split(",", -1))
                .map(cell -> cell.strip().replace("\"", "").toLowerCase(Locale.ROOT))
                .toList();
    }
}
