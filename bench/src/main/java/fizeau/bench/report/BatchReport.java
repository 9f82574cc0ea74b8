// SPDX-License-Identifier: Apache-2.0
package fizeau.bench.report;

import com.fasterxml.jackson.databind.JsonNode;
import fizeau.bench.batch.BatchRecord;
import fizeau.bench.batch.BatchRow;
import fizeau.bench.files.Json;
import fizeau.bench.page.Block;
import fizeau.bench.page.Block.Row;
import fizeau.bench.page.Block.Table;
import fizeau.bench.page.Report;
import fizeau.bench.page.Report.Section;
import java.util.ArrayList;
import java.util.List;

/** The report of throughput against batch size as data, made from the record alone. */
final class BatchReport {

    static final String PICTURE = "throughput";

    private BatchReport() {}

    /** @param figures see {@link Figures#beside} */
    static Report of(BatchRecord record, List<Block.Figure> figures) {
        JsonNode tree = Json.tree(record);
        List<Block> result = new ArrayList<>(Sentences.notes(record.missing(), record.remarks()));
        result.add(new Block.Paragraph(
                "Whole reconstructions a second against the number that go through a device together;"
                        + " losses of the first and the last member are those of the same member alone, to the bit. Crossover: "
                        + record.crossover().reason() + "."));
        Figures.add(result, figures, PICTURE);
        result.add(rows(record, new RecordCells(tree)));
        return new Report(
                "Batches, " + record.workload().name() + " workload",
                Sentences.run(tree) + " " + Sentences.workload(record.workload()),
                List.of(),
                List.of(
                        new Section("Result", result),
                        new Section("How it was run", List.of(new RecordTables(tree).environment()))),
                Json.text(record));
    }

    private static Table rows(BatchRecord record, RecordCells cells) {
        List<Row> rows = new ArrayList<>();
        for (int i = 0; i < record.rows().size(); i++) {
            BatchRow row = record.rows().get(i);
            String at = "/rows/" + i;
            rows.add(new Row(
                    row.batch() + ", " + row.way(),
                    List.of(
                            cells.number(at + "/perSecond"),
                            cells.interval(at + "/low", at + "/high"),
                            cells.number(at + "/overOne/ratio"),
                            cells.interval(at + "/overOne/low", at + "/overOne/high"),
                            cells.number(at + "/iterationMillis"),
                            cells.megabytes(at + "/nativeBytes"),
                            cells.word(at + (row.measured() ? "/description" : "/reason"))),
                    row.kind(),
                    false));
        }
        return new Table(
                "batches",
                "Median over the rounds with its interval; over one: against the faster way of a batch of one",
                List.of(
                        "batch and way",
                        "per second",
                        "interval",
                        "over one",
                        "interval",
                        "ms an iteration of all",
                        "memory, MB",
                        "device, or why there is no number"),
                rows);
    }
}
