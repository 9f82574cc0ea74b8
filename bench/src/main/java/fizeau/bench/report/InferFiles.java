// SPDX-License-Identifier: Apache-2.0
package fizeau.bench.report;

import fizeau.bench.files.Json;
import fizeau.bench.files.RunFolder;
import fizeau.bench.infer.InferCsv;
import fizeau.bench.infer.InferRecord;
import fizeau.bench.infer.InferRow;
import java.io.PrintStream;
import java.util.Locale;

/** Writes the files of an inference benchmark: record, the original's table, samples, report and pages, tables, pictures. */
public final class InferFiles {
    private static final String RESULT = TrainingFiles.RESULT;
    private static final String SAMPLES = "samples.csv";
    private static final String SUMMARY = "inference_summary.tex";
    private static final String FULL = "inference_full.tex";

    private final RunFolder folder;
    private final String table;

    public InferFiles(RunFolder folder) {
        this.folder = folder;
        this.table = InferCsv.name(folder.startedAt());
    }

    /** Tells the manifest what a complete run has. */
    public void announce() {
        folder.expect(RESULT, table, SAMPLES, "report.txt", SUMMARY, FULL);
        ReportPages.announce(folder);
    }

    public void write(InferRecord record) {
        folder.writeText(table, InferCsv.of(record));
        folder.writeText(SAMPLES, samples(record));
        folder.writeJson(RESULT, record);
        folder.writeText("report.txt", InferText.of(record));
        folder.writeText(SUMMARY, InferReport.latexSummary(record));
        folder.writeText(FULL, InferReport.latexFull(record));
        InferPictures.draw(folder, record);
        ReportPages.write(folder, rendering(record));
    }

    /** Prints the record as JSON, or its report. */
    public void print(InferRecord record, boolean json, PrintStream out) {
        out.print(json ? Json.text(record) : InferText.of(record));
        out.flush();
    }

    private Rendering rendering(InferRecord record) {
        return Rendering.of(record, folder.path());
    }

    private static String samples(InferRecord record) {
        StringBuilder text = new StringBuilder("model,batch_size,framework,round,call,latency_ms\n");
        for (InferRow row : record.rows()) {
            for (InferRow.Run run : row.runs()) {
                for (int i = 0; i < run.millis().size(); i++) {
                    text.append(String.format(
                            Locale.ROOT,
                            "%s,%d,%s,%d,%d,%.6f%n",
                            row.model(),
                            row.batchSize(),
                            row.framework(),
                            run.round(),
                            i + 1,
                            run.millis().get(i)));
                }
            }
        }
        return text.toString();
    }
}
