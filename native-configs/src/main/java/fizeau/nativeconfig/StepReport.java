// SPDX-License-Identifier: Apache-2.0
package fizeau.nativeconfig;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * What one search step looked at and what came of it.
 *
 * @param step name of the step
 * @param remark why nothing was looked at; empty when something was
 * @param searched folders that exist and were read
 * @param absent folders that do not exist
 * @param repeated folders that an earlier step has read already
 * @param found libraries of the right format
 * @param rejected files with the name of a library that cannot be used
 */
public record StepReport(
        String step,
        String remark,
        List<Path> searched,
        List<Path> absent,
        List<Path> repeated,
        List<NativeLibrary> found,
        List<Rejection> rejected) {

    /** A file that was not taken, and the reason as one phrase. */
    public record Rejection(Path file, String reason) {}

    public StepReport {
        searched = List.copyOf(searched);
        absent = List.copyOf(absent);
        repeated = List.copyOf(repeated);
        found = List.copyOf(found);
        rejected = List.copyOf(rejected);
    }

    /** The step in lines of text: its outcome first, then indented what was found and rejected. */
    public List<String> toLines() {
        List<String> lines = new ArrayList<>();
        lines.add(step + ": " + outcome());
        found.forEach(library -> lines.add("  found " + library.file()));
        rejected.forEach(rejection -> lines.add("  rejected " + rejection.file() + ": " + rejection.reason()));
        return lines;
    }

    private String outcome() {
        if (!remark.isEmpty()) {
            return remark;
        }
        if (!searched.isEmpty()) {
            return (found.isEmpty() ? "nothing in " : "looked in ") + joined(searched);
        }
        return repeated.isEmpty()
                ? "no such folder: " + joined(absent)
                : "already looked at above: " + joined(repeated);
    }

    private static String joined(List<Path> folders) {
        return String.join(", ", folders.stream().map(Path::toString).toList());
    }
}
