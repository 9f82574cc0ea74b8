// SPDX-License-Identifier: Apache-2.0
package fizeau.bench.verify;

import fizeau.backend.Backend;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Consumer;

/** Checks every case of a set of reference vectors on every backend. */
public final class GoldenVerification {

    private GoldenVerification() {}

    /** Runs all checks; {@code backends} are borrowed, open, and used on the calling thread. */
    public static VerificationRecord run(GoldenSet set, List<Backend> backends) {
        return run(set, backends, progress -> {});
    }

    /**
     * Runs all checks.
     *
     * @param progress receives the name of each case before it is checked
     */
    public static VerificationRecord run(GoldenSet set, List<Backend> backends, Consumer<String> progress) {
        List<ArrayCheck> checks = new ArrayList<>();
        Set<String> notYet = new TreeSet<>();
        int notYetCases = 0;
        int passed = 0;
        int failed = 0;
        for (GoldenCase golden : set.cases()) {
            if (GroupChecks.isNotYet(golden.group())) {
                notYet.add(golden.group());
                notYetCases++;
                continue;
            }
            progress.accept(golden.name());
            List<Backend> able = new ArrayList<>();
            for (Backend backend : backends) {
                if (GroupChecks.canRun(golden.group(), backend)) {
                    able.add(backend);
                } else {
                    notYet.add(golden.group() + " on " + backend.name());
                }
            }
            if (able.isEmpty() && !backends.isEmpty()) {
                notYetCases++;
                continue;
            }
            List<ArrayCheck> ofCase = check(golden, able);
            checks.addAll(ofCase);
            if (ofCase.stream().allMatch(ArrayCheck::passed)) {
                passed++;
            } else {
                failed++;
            }
        }
        return new VerificationRecord(
                passed + failed,
                passed,
                failed,
                List.copyOf(notYet),
                notYetCases,
                backends.stream().map(Backend::name).toList(),
                checks);
    }

    private static List<ArrayCheck> check(GoldenCase golden, List<Backend> backends) {
        var plain = GroupChecks.withoutBackend(golden.group());
        if (plain.isPresent()) {
            return check(plain.get(), new CaseRun(golden, null));
        }
        var onBackend = GroupChecks.onBackend(golden.group());
        if (onBackend.isEmpty()) {
            return List.of(ArrayCheck.failed(
                    golden,
                    "",
                    CaseRun.NO_BACKEND,
                    "group " + golden.group() + " is unknown, so nothing in it can be checked"));
        }
        if (backends.isEmpty()) {
            return List.of(ArrayCheck.failed(
                    golden, "", CaseRun.NO_BACKEND, "no backend is present, so nothing could be computed"));
        }
        List<ArrayCheck> checks = new ArrayList<>();
        for (Backend backend : backends) {
            checks.addAll(check(onBackend.get(), new CaseRun(golden, backend)));
        }
        return checks;
    }

    /** A case that breaks its check has failed; the others go on. */
    private static List<ArrayCheck> check(CaseCheck check, CaseRun run) {
        try {
            check.check(run);
        } catch (RuntimeException broken) {
            String reason = broken.getMessage() == null ? broken.toString() : broken.getMessage();
            run.fail("", broken instanceof IllegalArgumentException ? reason : "the check broke: " + broken);
        }
        return run.finish();
    }
}
