// SPDX-License-Identifier: Apache-2.0
package fizeau.bench.report;

import fizeau.bench.files.Json;
import fizeau.bench.files.RunFolder;
import fizeau.bench.operator.OperatorRecord;
import fizeau.bench.operator.OperatorRow;
import java.io.PrintStream;

/** Writes the files of the operator's speed table: record, reports, table and pictures. */
public final class OperatorFiles {
    private static final String RESULT = TrainingFiles.RESULT;
    private static final String TABLE = "operator.csv";

    private final RunFolder folder;

    public OperatorFiles(RunFolder folder) {
        this.folder = folder;
    }

    /** Tells the manifest what a complete run has. */
    public void announce() {
        folder.expect(RESULT, "report.txt", TABLE);
        ReportPages.announce(folder);
    }

    public void write(OperatorRecord record) {
        folder.writeText(TABLE, csv(record));
        folder.writeJson(RESULT, record);
        folder.writeText("report.txt", OperatorText.of(record));
        OperatorPicture.draw(folder, record);
        ReportPages.write(folder, Rendering.of(record, folder.path()));
    }

    /** Prints the record as JSON, or its report. */
    public void print(OperatorRecord record, boolean json, PrintStream out) {
        out.print(json ? Json.text(record) : OperatorText.of(record));
        out.flush();
    }

    private static String csv(OperatorRecord record) {
        StringBuilder text =
                new StringBuilder("image_size,batch,mask,direction,device,method,kind,median_ms,low_ms,high_ms,"
                        + "samples,part,error,floor_ms,floor_bound,floor_share,over_eager,over_compile,reason\n");
        for (OperatorRow row : record.rows()) {
            boolean floor = row.floor() != null;
            Object[] cells = {
                row.of().imageSize(),
                row.of().batch(),
                row.of().mask(),
                row.direction().word(),
                row.device(),
                row.method(),
                row.kind(),
                row.medianMs(),
                row.lowMs(),
                row.highMs(),
                row.samples(),
                row.part(),
                row.error(),
                floor ? row.floor().millis() : null,
                floor ? row.floor().boundBy() : null,
                row.floorShare(),
                row.overEager() == null ? null : row.overEager().ratio(),
                row.overCompile() == null ? null : row.overCompile().ratio(),
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
