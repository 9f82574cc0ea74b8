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
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.DoubleStream;
import java.util.stream.Stream;

/**
 * Wall times of the first phase: from a CSV file with a column {@code equation} and one whose name holds {@code wall}, or from
 * the original's folder of outputs, where {@code seed_S/EQUATION_phase1/metrics/metrics_runs.csv} is one of an equation.
 */
public final class FirstPhase {
    private static final Pattern RUNS = Pattern.compile("seed_\\d+/(.+)_phase1/metrics/metrics_runs\\.csv");
    private static final int DEPTH = 4;

    private FirstPhase() {}

    /** Seconds of all runs by equation, in words of the place, lower case. */
    public static Map<String, double[]> read(Path place) {
        Map<String, double[]> seconds = new LinkedHashMap<>();
        if (!Files.isDirectory(place)) {
            read(place, null, seconds);
            return seconds;
        }
        try (Stream<Path> files = Files.walk(place, DEPTH)) {
            for (Path file : files.sorted().toList()) {
                Matcher runs = RUNS.matcher(place.relativize(file).toString().replace('\\', '/'));
                if (runs.matches()) {
                    read(file, runs.group(1).toLowerCase(Locale.ROOT), seconds);
                }
            }
        } catch (IOException e) {
            throw new UncheckedIOException("cannot list " + place + ": make it readable", e);
        }
        if (seconds.isEmpty()) {
            throw new IllegalArgumentException(
                    place
                            + " holds no seed_S/EQUATION_phase1/metrics/metrics_runs.csv: name a CSV file or the folder of outputs");
        }
        return seconds;
    }

    /** @param known whose times they are; null where a column tells */
    private static void read(Path file, String known, Map<String, double[]> seconds) {
        List<String> lines;
        try {
            lines = Files.readAllLines(file, StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new IllegalArgumentException(file + " cannot be read: name a CSV file with wall times", e);
        }
        List<String> header = lines.isEmpty() ? List.of() : cells(lines.get(0));
        int equation = header.indexOf("equation");
        List<String> walls =
                header.stream().filter(name -> name.contains("wall")).toList();
        if ((equation < 0 && known == null) || walls.size() != 1) {
            throw new IllegalArgumentException(
                    file + " needs a column equation and one column with wall in its name, it has "
                            + (header.isEmpty() ? "none" : String.join(", ", header)));
        }
        int wall = header.indexOf(walls.get(0));
        for (int i = 1; i < lines.size(); i++) {
            if (lines.get(i).isBlank()) {
                continue;
            }
            List<String> row = cells(lines.get(i));
            try {
                double value = Double.parseDouble(row.get(wall));
                if (!(value >= 0 && Double.isFinite(value))) {
                    throw new NumberFormatException();
                }
                seconds.merge(
                        known == null ? row.get(equation) : known,
                        new double[] {value},
                        (a, b) -> DoubleStream.concat(Arrays.stream(a), Arrays.stream(b))
                                .toArray());
            } catch (IndexOutOfBoundsException | NumberFormatException e) {
                throw new IllegalArgumentException(
                        file + " line " + (i + 1) + " has no number of seconds in column " + (wall + 1)
                                + ": repair the line or leave it out",
                        e);
            }
        }
    }

    private static List<String> cells(String line) {
        return Arrays.stream(line.split(",", -1))
                .map(cell -> cell.strip().replace("\"", "").toLowerCase(Locale.ROOT))
                .toList();
    }
}
