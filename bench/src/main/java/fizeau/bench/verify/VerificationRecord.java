// SPDX-License-Identifier: Apache-2.0
package fizeau.bench.verify;

import com.fasterxml.jackson.annotation.JsonIgnore;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * Outcome of a verification.
 *
 * @param cases cases that were checked: {@code passed + failed}
 * @param passed cases of which every comparison passed on every backend
 * @param failed all others, among them cases of unknown groups
 * @param notYet groups whose feature does not exist yet, or not on a backend; this is not checked and does not fail
 * @param notYetCases number of cases that no backend could check
 * @param backends the backends that took part
 * @param checks every comparison, in the order of the cases
 */
public record VerificationRecord(
        int cases,
        int passed,
        int failed,
        List<String> notYet,
        int notYetCases,
        List<String> backends,
        List<ArrayCheck> checks) {

    public VerificationRecord {
        notYet = List.copyOf(notYet);
        backends = List.copyOf(backends);
        checks = List.copyOf(checks);
    }

    /** 0 when nothing failed, 1 otherwise. */
    @JsonIgnore
    public int exitCode() {
        return failed == 0 ? 0 : 1;
    }

    /** A table of the groups, every comparison that failed, and the outcome in one line. */
    public String toText() {
        StringBuilder text = new StringBuilder();
        text.append(String.format(
                Locale.ROOT,
                "%-14s %-8s %6s %7s %7s  %s%n",
                "group",
                "backend",
                "checks",
                "failed",
                "worst",
                "worst array"));
        for (Map.Entry<String, GroupSummary> group : summaries().entrySet()) {
            group.getValue().appendTo(text);
        }
        for (ArrayCheck check : checks) {
            if (!check.passed()) {
                text.append(describe(check));
            }
        }
        text.append(String.format(
                Locale.ROOT,
                "%d cases: %d passed, %d failed on %s.%n",
                cases,
                passed,
                failed,
                backends.isEmpty() ? "no backend" : String.join(", ", backends)));
        if (!notYet.isEmpty()) {
            text.append(String.format(
                    Locale.ROOT, "Not checked yet: %d cases of %s.%n", notYetCases, String.join(", ", notYet)));
        }
        return text.toString();
    }

    private Map<String, GroupSummary> summaries() {
        Map<String, GroupSummary> summaries = new LinkedHashMap<>();
        for (ArrayCheck check : checks) {
            summaries
                    .computeIfAbsent(
                            check.group() + ' ' + check.backend(),
                            key -> new GroupSummary(check.group(), check.backend()))
                    .add(check);
        }
        return summaries;
    }

    private static String describe(ArrayCheck check) {
        String what = "FAIL " + check.caseName() + (check.array().isEmpty() ? "" : " / " + check.array());
        String why = check.note().isEmpty()
                ? String.format(Locale.ROOT, "error %.3g, tolerance %.3g", check.error(), check.tolerance())
                : check.note();
        return what + " on " + check.backend() + ": " + why + System.lineSeparator();
    }

    /** Counts of one group on one backend; the worst comparison is the one nearest to, or furthest beyond, its tolerance. */
    private static final class GroupSummary {
        private final String group;
        private final String backend;
        private int count;
        private int failures;
        private double worst = -1;
        private String worstArray = "";

        GroupSummary(String group, String backend) {
            this.group = group;
            this.backend = backend;
        }

        void add(ArrayCheck check) {
            count++;
            failures += check.passed() ? 0 : 1;
            double share = check.error() == 0 ? 0 : check.error() / check.tolerance();
            if (!(share <= worst)) {
                worst = Double.isNaN(share) ? Double.POSITIVE_INFINITY : share;
                worstArray = check.caseName() + " / " + check.array();
            }
        }

        void appendTo(StringBuilder text) {
            text.append(String.format(
                    Locale.ROOT,
                    "%-14s %-8s %6d %7d %6.1f%%  %s%n",
                    group,
                    backend,
                    count,
                    failures,
                    100 * worst,
                    worst == 0 ? "all exact" : worstArray));
        }
    }
}
