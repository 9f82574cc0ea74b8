// SPDX-License-Identifier: Apache-2.0
package fizeau.bench.report;

import com.fasterxml.jackson.databind.JsonNode;
import fizeau.bench.evidence.EvidenceRecord;
import fizeau.bench.evidence.EvidenceRow;
import fizeau.bench.files.Json;
import fizeau.bench.page.Block;
import fizeau.bench.page.Block.Row;
import fizeau.bench.page.Block.Table;
import fizeau.bench.page.Report;
import fizeau.bench.page.Report.Section;
import java.util.ArrayList;
import java.util.List;

/** The report of what was shown on a GPU as data, made from the record alone: all steps, then what each found and lacks. */
final class EvidenceReport {

    private EvidenceReport() {}

    static Report of(EvidenceRecord record) {
        JsonNode tree = Json.tree(record);
        List<Section> sections = new ArrayList<>();
        sections.add(new Section("Steps", List.of(steps(record, new RecordCells(tree)))));
        for (EvidenceRow row : record.rows()) {
            List<String> points = new ArrayList<>(row.said());
            row.missing().forEach(missing -> points.add("unavailable: " + missing));
            if (!points.isEmpty()) {
                sections.add(new Section(Sentences.title(row.step()), List.of(new Block.Points(points))));
            }
        }
        sections.add(new Section("How it was run", List.of(new RecordTables(tree).environment())));
        return new Report(
                "Evidence",
                Sentences.run(tree) + " "
                        + (record.description() == null ? "No GPU could be used." : record.description() + "."),
                List.of(),
                sections,
                Json.text(record));
    }

    private static Table steps(EvidenceRecord record, RecordCells cells) {
        List<Row> rows = new ArrayList<>();
        for (int i = 0; i < record.rows().size(); i++) {
            String at = "/rows/" + i;
            rows.add(new Row(
                    record.rows().get(i).step(),
                    List.of(
                            cells.word(at + "/meaning"),
                            cells.word(at + "/state"),
                            cells.number(at + "/seconds"),
                            cells.word(at + "/reason"),
                            cells.word(at + "/command")),
                    "",
                    false));
        }
        return new Table(
                "steps",
                "Every step that was asked for; nothing here is estimated",
                List.of("step", "what it shows", "state", "seconds", "why it is not done", "command"),
                rows);
    }
}
