// SPDX-License-Identifier: Apache-2.0
package fizeau.bench.ops;

import com.fasterxml.jackson.databind.JsonNode;
import fizeau.bench.protocol.ProtocolSpec;
import java.util.ArrayList;
import java.util.List;

/**
 * How methods were executed, so that a comparison, which may come days later, can say it. A folder holds several where
 * methods or shares of the cases were executed apart.
 *
 * @param shapes {@code code}, {@code doc} or {@code models}
 * @param cases names of operators or models
 * @param methods words of the methods
 * @param cores that were used
 * @param device {@code cpu} or {@code cuda[:n]}; null in records that are older than the choice
 * @param maxSeconds bound of the timings of a case
 * @param searchSeconds bound of the search for a case
 * @param python interpreter of the peer, as given
 * @param wallSeconds of the whole execution; null while it goes on, and for ever when it was interrupted
 * @param childFlags of the processes that were timed
 * @param remarks what a reader must know, one sentence each
 */
public record OpsExecution(
        String startedAt,
        String shapes,
        List<String> cases,
        List<String> methods,
        int cores,
        String device,
        int warmUps,
        int runs,
        double maxSeconds,
        double searchSeconds,
        String python,
        ProtocolSpec protocol,
        Double wallSeconds,
        List<String> childFlags,
        List<String> remarks,
        JsonNode environment) {

    public OpsExecution {
        cases = List.copyOf(cases);
        methods = List.copyOf(methods);
        childFlags = List.copyOf(childFlags);
        remarks = List.copyOf(remarks);
    }

    /** One that begins. */
    public static OpsExecution of(
            OpsSettings settings, String startedAt, List<String> childFlags, JsonNode environment) {
        return new OpsExecution(
                startedAt,
                settings.shapes(),
                settings.cases().stream().map(OperatorCase::name).toList(),
                settings.methods().stream().map(Method::word).toList(),
                settings.cores(),
                settings.device(),
                settings.warmUps(),
                settings.runs(),
                settings.maxSeconds(),
                settings.searchSeconds(),
                settings.python().toString(),
                settings.protocol(),
                null,
                childFlags,
                List.of(),
                environment);
    }

    /** Where it was computed. */
    public String place() {
        return device == null ? "cpu" : device;
    }

    /** The same at its end. */
    public OpsExecution ended(double seconds, List<String> sentences) {
        return new OpsExecution(
                startedAt,
                shapes,
                cases,
                methods,
                cores,
                device,
                warmUps,
                runs,
                maxSeconds,
                searchSeconds,
                python,
                protocol,
                seconds,
                childFlags,
                sentences,
                environment);
    }

    /** What must be the same for two executions to be compared; one sentence for each thing that is not. */
    public List<String> differencesFrom(OpsExecution other) {
        List<String> differences = new ArrayList<>();
        differ(differences, "processors", other.text("/processor/model"), text("/processor/model"));
        differ(differences, "libraries", other.text("/libraries"), text("/libraries"));
        differ(differences, "devices", other.place(), place());
        differ(differences, "usable cores", Integer.toString(other.cores), Integer.toString(cores));
        differ(differences, "seeds", Long.toString(other.protocol.seed()), Long.toString(protocol.seed()));
        return differences;
    }

    /** The arguments that execute and compare the same in a new run. */
    static List<String> again(List<OpsExecution> executions) {
        OpsExecution last = executions.get(executions.size() - 1);
        List<String> methods = executions.stream()
                .flatMap(one -> one.methods.stream())
                .distinct()
                .toList();
        List<String> cases = executions.stream()
                .filter(one -> one.shapes.equals(last.shapes))
                .flatMap(one -> one.cases.stream())
                .distinct()
                .toList();
        List<String> again = OpsArguments.of(last, methods, cases);
        again.add("--compare");
        return List.copyOf(again);
    }

    private String text(String pointer) {
        JsonNode node = environment.at(pointer);
        return node.isValueNode() ? node.asText() : node.toString();
    }

    private static void differ(List<String> differences, String what, String before, String now) {
        if (!before.equals(now)) {
            differences.add("executions differ in their " + what + " (" + before + " and " + now
                    + "): ratios between them are not of one machine and setting");
        }
    }
}
