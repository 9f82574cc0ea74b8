// SPDX-License-Identifier: Apache-2.0
package fizeau.bench.evidence;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.List;
import java.util.Locale;

/**
 * What was shown on a GPU and what was not, and where the records lie.
 *
 * @param description of the device; null where none could be used
 * @param rows one for each step that was asked for
 */
public record EvidenceRecord(
        String schema,
        String kind,
        String command,
        String runId,
        String folder,
        String startedAt,
        double wallSeconds,
        String device,
        String description,
        List<EvidenceRow> rows,
        JsonNode environment) {

    public static final String SCHEMA = "fizeau.evidence/1";

    /** Whether something that ran was wrong; what could not run is no failure. */
    public boolean failed() {
        return rows.stream().anyMatch(row -> row.state().equals(EvidenceRow.FAILED));
    }

    /** All steps, then what each found and lacks. */
    public String toText() {
        StringBuilder text = new StringBuilder();
        line(text, "Evidence on %s: %s", device, description == null ? "no GPU could be used" : description);
        line(text, "");
        line(text, "%-16s %-12s %9s  %s", "step", "state", "seconds", "");
        for (EvidenceRow row : rows) {
            line(text, "%-16s %-12s %9.1f  %s", row.step(), row.state(), row.seconds(), row.meaning());
        }
        for (EvidenceRow row : rows) {
            line(text, "");
            line(text, "%s: %s%s", row.step(), row.state(), row.reason().isEmpty() ? "" : ", " + row.reason());
            if (!row.command().isEmpty()) {
                line(text, "  $ %s", row.command());
            }
            row.said().forEach(said -> line(text, "  %s", said));
            row.missing().forEach(missing -> line(text, "  unavailable: %s", missing));
            row.files().forEach(file -> line(text, "  %s/%s", folder, file));
        }
        long done = rows.stream()
                .filter(row -> row.state().equals(EvidenceRow.DONE))
                .count();
        line(text, "");
        line(text, "%d of %d steps were done; nothing here is estimated.", done, rows.size());
        return text.toString();
    }

    private static void line(StringBuilder text, String format, Object... values) {
        text.append(String.format(Locale.ROOT, format, values).stripTrailing()).append('\n');
    }
}
