// SPDX-License-Identifier: Apache-2.0
package fizeau.bench.evidence;

import java.util.List;

/**
 * How a step ended.
 *
 * @param state {@code done}, {@code failed} or {@code unavailable}
 * @param reason why it is not done, in one sentence; empty where it is
 * @param command as one would type it; empty where nothing was run
 * @param seconds it took
 * @param files what it left behind, relative to the run's folder
 * @param said what it found, a line each
 * @param missing rows of its own record that are unavailable, by reason, a line each
 */
public record EvidenceRow(
        String step,
        String meaning,
        String state,
        String reason,
        String command,
        double seconds,
        List<String> files,
        List<String> said,
        List<String> missing) {

    public static final String DONE = "done";
    public static final String FAILED = "failed";
    public static final String UNAVAILABLE = "unavailable";

    public EvidenceRow {
        files = List.copyOf(files);
        said = List.copyOf(said);
        missing = List.copyOf(missing);
    }

    /** A step that was not run. */
    public static EvidenceRow unavailable(EvidenceStep step, String reason) {
        return new EvidenceRow(
                step.word(), step.meaning(), UNAVAILABLE, reason, "", 0, List.of(), List.of(), List.of());
    }
}
