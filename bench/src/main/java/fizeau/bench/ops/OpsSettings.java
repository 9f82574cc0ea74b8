// SPDX-License-Identifier: Apache-2.0
package fizeau.bench.ops;

import fizeau.bench.protocol.ProtocolSpec;
import java.nio.file.Path;
import java.util.List;

/**
 * What an execution does.
 *
 * @param shapes {@code code}, {@code doc} or {@code models}
 * @param cases operators or models
 * @param methods who computes them
 * @param cores that may be used
 * @param warmUps calls of a process before its clock starts
 * @param runs samples of a process
 * @param maxSeconds bound of the timings of a case, all methods and rounds together
 * @param searchSeconds bound of the search for a case
 * @param searchAgain whether remembered schedules are ignored
 * @param resume whether rows that are there already are kept
 * @param python interpreter of the peer
 */
public record OpsSettings(
        String shapes,
        List<OperatorCase> cases,
        List<Method> methods,
        int cores,
        int warmUps,
        int runs,
        double maxSeconds,
        double searchSeconds,
        boolean searchAgain,
        boolean resume,
        Path python,
        ProtocolSpec protocol) {

    private static final int MOST_RUNS = 1_000_000;

    public OpsSettings {
        cases = List.copyOf(cases);
        methods = List.copyOf(methods);
        if (runs < 1 || runs > MOST_RUNS) {
            throw new IllegalArgumentException("--runs " + runs + " is not possible: use 1 to " + MOST_RUNS);
        }
        if (warmUps < 0 || warmUps > MOST_RUNS) {
            throw new IllegalArgumentException("--warm-ups " + warmUps + " is not possible: use 0 to " + MOST_RUNS);
        }
        requireSeconds("--max-seconds", maxSeconds);
        requireSeconds("--search-seconds", searchSeconds);
    }

    /** What is computed on what, so that rows of different inputs are never compared. */
    public String workload(OperatorCase one) {
        return one.workload(protocol.seed());
    }

    private static void requireSeconds(String option, double seconds) {
        if (!(seconds > 0) || Double.isInfinite(seconds)) {
            throw new IllegalArgumentException(option + " " + seconds + " is not possible: use more than 0");
        }
    }
}
