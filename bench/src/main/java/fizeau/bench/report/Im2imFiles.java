// SPDX-License-Identifier: Apache-2.0
package fizeau.bench.report;

import fizeau.bench.files.Json;
import fizeau.bench.files.RunFolder;
import fizeau.bench.im2im.Im2imDocument;
import fizeau.bench.im2im.Im2imRecord;
import fizeau.bench.im2im.Im2imRow;
import java.io.PrintStream;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.function.BiPredicate;

/** Writes the files of an image-to-image matrix: record, the original's list, report, pages, samples and plots. */
public final class Im2imFiles {
    private static final String RESULT = TrainingFiles.RESULT;
    private static final String LIST = "benchmark_results.json";
    private static final String SAMPLES = "steps.csv";

    private final RunFolder folder;

    public Im2imFiles(RunFolder folder) {
        this.folder = folder;
    }

    /** Tells the manifest what a complete run has. */
    public void announce() {
        folder.expect(RESULT, LIST, SAMPLES, "report.txt");
        ReportPages.announce(folder);
    }

    public void write(Im2imRecord record) {
        folder.writeText(SAMPLES, samples(record));
        folder.writeJson(RESULT, record);
        folder.writeJson(LIST, Im2imDocument.of(record));
        folder.writeText("report.txt", Im2imText.of(record));
        draw(Im2imFigures.LADDER, record, Im2imFigures::ladder);
        draw(Im2imFigures.SPEEDUPS, record, Im2imFigures::speedups);
        draw(Im2imFigures.PARTS, record, Im2imFigures::parts);
        ReportPages.write(folder, Rendering.of(record, folder.path()));
    }

    private void draw(String name, Im2imRecord record, BiPredicate<Path, Im2imRecord> plot) {
        String file = name + ".png";
        if (plot.test(folder.resolve(file), record)) {
            folder.add(file);
        }
    }

    /** Prints the record as JSON, or its report. */
    public void print(Im2imRecord record, boolean json, PrintStream out) {
        out.print(json ? Json.text(record) : Im2imText.of(record));
        out.flush();
    }

    private static String samples(Im2imRecord record) {
        StringBuilder text = new StringBuilder("row,round,step,milliseconds\n");
        for (Im2imRow row : record.rows()) {
            for (Im2imRow.Run run : row.runs()) {
                List<Double> millis = run.outcome().stepMillis();
                for (int i = 0; i < millis.size(); i++) {
                    text.append(String.format(
                            Locale.ROOT, "\"%s\",%d,%d,%.4f%n", row.label(), run.round(), i + 1, millis.get(i)));
                }
            }
        }
        return text.toString();
    }
}
