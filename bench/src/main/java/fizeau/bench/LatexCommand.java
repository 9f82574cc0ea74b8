// SPDX-License-Identifier: Apache-2.0
package fizeau.bench;

import fizeau.bench.latex.FirstPhase;
import fizeau.bench.latex.SpeedTable;
import fizeau.bench.latex.SpeedTable.Cells;
import fizeau.bench.pinn.BenchmarkResults;
import fizeau.bench.pinn.BenchmarkResults.Cell;
import fizeau.bench.pinn.Equation;
import fizeau.bench.stats.Summary;
import fizeau.image.AtomicFile;
import java.io.IOException;
import java.io.PrintStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** Puts measured speeds into a LaTeX table. */
@Command(
        name = "latex",
        description = {
            "Rewrites the it/s and Wall Time cells of one model's row in each equation's block, prints the lines that changed,"
                    + " and leaves every other byte of the file as it is. Wall time is that of 1000 epochs, with --phase1-wall"
                    + " together with the first phase's.",
            "Refuses a file in which table, column, block or row are not clear. Doing it twice changes nothing more."
        })
final class LatexCommand extends AbstractCommand {

    @Option(names = "--table", required = true, paramLabel = "FILE.tex", description = "The file to change.")
    private Path table;

    @Option(
            names = "--results",
            required = true,
            paramLabel = "FILE.json",
            description = "What \"pinn --output\" wrote.")
    private Path results;

    @Option(names = "--variant", paramLabel = "NAME", description = "Whose speed. Default: the file's headline")
    private String variant;

    @Option(
            names = "--row",
            paramLabel = "NAME",
            defaultValue = "Hyper-LR-PINN",
            description = "The model's row. Default: ${DEFAULT-VALUE}")
    private String row;

    @Option(names = "--label", paramLabel = "LABEL", description = "The table's label, where the file has several.")
    private String label;

    @Option(
            names = "--phase1-wall",
            paramLabel = "PLACE",
            description =
                    "Wall times of the first phase, to be added: a CSV file with columns equation and one with wall in its"
                            + " name, or the original's folder of outputs with seed_S/EQUATION_phase1/metrics/metrics_runs.csv.")
    private Path phase1;

    @Option(
            names = "--plus-minus",
            description = "Also turns each \u00b1 in the table's mathematics into \\pm, which plain LaTeX needs.")
    private boolean plusMinus;

    @Option(names = "--dry-run", description = "Only prints what would change.")
    private boolean dryRun;

    @Override
    public Integer call() {
        String before = read(table);
        Map<String, Cells> cells = new LinkedHashMap<>();
        Map<String, double[]> firstPhase = phase1 == null ? Map.of() : FirstPhase.read(phase1);
        BenchmarkResults.read(results, variant)
                .forEach((equation, speed) -> cells.put(
                        Equation.parse(equation).tableName(),
                        new Cells(
                                plusMinus(speed.iterationsPerSecond(), 2),
                                plusMinus(together(equation, speed.wallSeconds1000(), firstPhase), 1))));
        SpeedTable asFound = new SpeedTable(before, label);
        SpeedTable speeds = plusMinus ? new SpeedTable(asFound.withPlusMinusAsCommand(), label) : asFound;
        String after = speeds.with(row, cells);
        PrintStream out = surroundings().out();
        String difference = SpeedTable.difference(before, after);
        out.print(difference.isEmpty() ? "nothing to change in " + table + "\n" : bytesAsText(difference));
        if (!dryRun && !difference.isEmpty()) {
            AtomicFile.write(table, file -> file.write(after.getBytes(StandardCharsets.ISO_8859_1)));
        }
        return Main.DONE;
    }

    /** Both phases one after the other; their spreads are independent. */
    private Cell together(String equation, Cell second, Map<String, double[]> firstPhase) {
        if (phase1 == null) {
            return second;
        }
        double[] seconds = firstPhase.get(equation.toLowerCase(Locale.ROOT));
        if (seconds == null) {
            throw new IllegalArgumentException(
                    phase1 + " has no row for " + equation + ": add one or leave --phase1-wall out");
        }
        Summary first = Summary.of(seconds);
        double n = seconds.length;
        double spread = first.std() == null ? 0 : first.std() * Math.sqrt((n - 1) / n);
        return new Cell(first.mean() + second.mean(), Math.hypot(spread, second.std()));
    }

    private static String plusMinus(Cell cell, int decimals) {
        return String.format(Locale.ROOT, "$%." + decimals + "f \\pm %." + decimals + "f$", cell.mean(), cell.std());
    }

    /** One character a byte: whatever the file's encoding, it comes out as it went in. */
    private static String read(Path file) {
        if (!Files.isRegularFile(file)) {
            throw new IllegalArgumentException("table " + file + " does not exist: name a LaTeX file");
        }
        try {
            return Files.readString(file, StandardCharsets.ISO_8859_1);
        } catch (IOException e) {
            throw new UncheckedIOException("cannot read " + file, e);
        }
    }

    private static String bytesAsText(String bytes) {
        return new String(bytes.getBytes(StandardCharsets.ISO_8859_1), StandardCharsets.UTF_8);
    }
}
