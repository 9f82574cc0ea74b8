// SPDX-License-Identifier: Apache-2.0
package fizeau.bench.report;

import fizeau.bench.batch.BatchRecord;
import fizeau.bench.batch.BatchRow;
import fizeau.bench.files.Json;
import fizeau.bench.files.RunFolder;
import fizeau.bench.plot.BatchPlot;
import java.io.PrintStream;
import java.util.ArrayList;
import java.util.List;

/** Writes the files of throughput against batch size: record, report, table and picture. */
public final class BatchFiles {
    private static final String RESULT = TrainingFiles.RESULT;
    private static final String REPORT = "report.txt";
    private static final String TABLE = "batch.csv";
    private static final String PICTURE = BatchReport.PICTURE + ".png";

    private final RunFolder folder;

    public BatchFiles(RunFolder folder) {
        this.folder = folder;
    }

    /** Tells the manifest what a complete run has. */
    public void announce() {
        folder.expect(RESULT, REPORT, TABLE);
    }

    public void write(BatchRecord record) {
        folder.writeText(TABLE, csv(record));
        folder.writeJson(RESULT, record);
        folder.writeText(REPORT, BatchText.of(record));
        if (record.rows().stream().anyMatch(BatchRow::measured)) {
            BatchPlot.write(folder.resolve(PICTURE), chart(record));
            folder.add(PICTURE);
        }
    }

    /** Prints the record as JSON, or its report. */
    public void print(BatchRecord record, boolean json, PrintStream out) {
        out.print(json ? Json.text(record) : BatchText.of(record));
        out.flush();
    }

    private static BatchPlot.Chart chart(BatchRecord record) {
        List<Integer> sizes =
                record.rows().stream().map(BatchRow::batch).distinct().toList();
        List<BatchPlot.Line> lines = new ArrayList<>();
        for (String way : record.rows().stream().map(BatchRow::way).distinct().toList()) {
            lines.add(new BatchPlot.Line(
                    way,
                    sizes.stream()
                            .mapToDouble(size -> record.rows().stream()
                                    .filter(row ->
                                            row.batch() == size && row.way().equals(way) && row.measured())
                                    .mapToDouble(BatchRow::perSecond)
                                    .findFirst()
                                    .orElse(Double.NaN))
                            .toArray()));
        }
        return new BatchPlot.Chart(
                "Throughput on " + record.device(),
                "reconstructions together",
                "reconstructions a second",
                sizes,
                lines);
    }

    private static String csv(BatchRecord record) {
        StringBuilder text =
                new StringBuilder("batch,way,kind,per_second,low,high,over_one,ms_per_iteration,native_bytes,reason\n");
        for (BatchRow row : record.rows()) {
            Object[] cells = {
                row.batch(),
                row.way(),
                row.kind(),
                row.perSecond(),
                row.low(),
                row.high(),
                row.overOne() == null ? null : row.overOne().ratio(),
                row.iterationMillis(),
                row.nativeBytes(),
                row.reason() == null ? null : '"' + row.reason().replace("\"", "'") + '"'
            };
            for (int i = 0; i < cells.length; i++) {
                text.append(i == 0 ? "" : ",").append(cells[i] == null ? "" : cells[i]);
            }
            text.append('\n');
        }
        return text.toString();
    }
}
