// SPDX-License-Identifier: Apache-2.0
package fizeau.bench.report;

import java.util.List;
import java.util.Locale;

/**
 * What {@code all} did, part by part.
 *
 * @param schema {@link #SCHEMA}
 * @param folder of the run, which holds a folder for each part
 */
public record MasterSummary(String schema, String runId, String folder, List<Part> parts) {
    public static final String SCHEMA = "fizeau.all/1";

    /** Its text, under the name that users of the original know. */
    public static final String FILE = "phase5_master_summary.txt";

    /** How a part ended. */
    public enum State {
        DONE,
        FAILED,
        UNAVAILABLE
    }

    /**
     * One command.
     *
     * @param exitCode of the command; null when it could not be run
     * @param reason why there is no result, in one sentence; empty when there is one
     * @param folder of its run, relative to this run's; empty when it wrote none
     * @param report its report as text
     */
    public record Part(
            String command,
            List<String> arguments,
            State state,
            Integer exitCode,
            double seconds,
            String reason,
            String folder,
            String report) {}

    /** Whether every part is there. */
    public boolean passed() {
        return parts.stream().allMatch(part -> part.state() == State.DONE);
    }

    /** All parts in a table, then the report of each. */
    public String toText() {
        StringBuilder text = new StringBuilder("Fizeau all, run " + runId + "\n\n");
        TextTable table = new TextTable().row("part", "state", "seconds", "files");
        for (Part part : parts) {
            table.row(
                    part.command(),
                    part.state().name().toLowerCase(Locale.ROOT),
                    String.format(Locale.ROOT, "%.0f", part.seconds()),
                    part.folder().isEmpty() ? Numbers.UNKNOWN : part.folder());
        }
        text.append(table).append('\n');
        for (Part part : parts) {
            if (!part.reason().isEmpty()) {
                text.append(part.command()).append(": ").append(part.reason()).append('\n');
            }
        }
        long done = parts.stream().filter(part -> part.state() == State.DONE).count();
        text.append(done).append(" of ").append(parts.size()).append(" parts have a result\n");
        for (Part part : parts) {
            if (!part.report().isBlank()) {
                String rule = "=".repeat(part.command().length());
                text.append('\n')
                        .append(part.command())
                        .append('\n')
                        .append(rule)
                        .append("\n\n");
                text.append(part.report().strip()).append('\n');
            }
        }
        return text.toString();
    }
}
