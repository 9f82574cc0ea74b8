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
 * @param device {@code cpu} or {@code cuda[:n]}, on which operators only can be computed
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
        String device,
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

    /** Whether a graphics card computes. */
    boolean onDevice() {
        return !device.equals("cpu");
    }

    /** Whether a method is a process of ours: on a device the search only, because its libtorch computes on the CPU. */
    boolean inJvm(Method method) {
        return onDevice() ? method == Method.TUNED : method.inJvm();
    }

    /** Whether Python computes a method. */
    boolean byPeer(Method method) {
        return onDevice() ? method == Method.EAGER || method == Method.COMPILE : method == Method.COMPILE;
    }

    /** The family's word in jobs. */
    String family() {
        return onDevice() ? OpsJob.DEVICE_FAMILY : OpsJob.FAMILY;
    }

    /** What is computed on what and where, so that rows of different inputs or devices are never compared. */
    public String workload(OperatorCase one) {
        String workload = one.workload(protocol.seed());
        return onDevice() ? workload + "-" + device.replace(':', '-') : workload;
    }

    private static void requireSeconds(String option, double seconds) {
        if (!(seconds > 0) || Double.isInfinite(seconds)) {
            throw new IllegalArgumentException(option + " " + seconds + " is not possible: use more than 0");
        }
    }
}
