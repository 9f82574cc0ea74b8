// SPDX-License-Identifier: Apache-2.0
package fizeau.bench.report;

import com.fasterxml.jackson.databind.JsonNode;
import fizeau.bench.evidence.CeilingsRecord;
import fizeau.bench.files.Json;
import fizeau.bench.page.Block.Row;
import fizeau.bench.page.Block.Table;
import fizeau.bench.page.Report;
import fizeau.bench.page.Report.Section;
import java.util.ArrayList;
import java.util.List;

/** The report of what a device reaches at best as data, made from the record alone. */
final class CeilingsReport {

    private CeilingsReport() {}

    static Report of(CeilingsRecord record) {
        JsonNode tree = Json.tree(record);
        RecordCells cells = new RecordCells(tree);
        List<Row> rows = new ArrayList<>();
        for (int i = 0; i < record.ceilings().size(); i++) {
            String at = "/ceilings/" + i;
            rows.add(new Row(
                    record.ceilings().get(i).name(),
                    List.of(cells.number(at + "/value"), cells.word(at + "/unit"), cells.word(at + "/reason")),
                    record.ceilings().get(i).kind(),
                    false));
        }
        Table table = new Table(
                "ceilings",
                "What the device reaches by itself",
                List.of("what", "value", "unit", "why there is no number"),
                rows);
        return new Report(
                "Ceilings",
                Sentences.run(tree) + " " + record.description() + ".",
                List.of(),
                List.of(
                        new Section("Result", List.of(table)),
                        new Section("How it was run", List.of(new RecordTables(tree).environment()))),
                Json.text(record));
    }
}
