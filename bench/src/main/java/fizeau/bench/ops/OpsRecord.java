// SPDX-License-Identifier: Apache-2.0
package fizeau.bench.ops;

import com.fasterxml.jackson.databind.JsonNode;
import fizeau.bench.files.RunFolder;
import fizeau.bench.protocol.ProtocolSpec;
import java.util.ArrayList;
import java.util.List;

/**
 * The result of the operator family, everything in its report included.
 *
 * @param kind {@code measured}; {@code unavailable} when no method of any case has a time
 * @param shapes {@code code}, {@code doc} or {@code models}
 * @param cores that were used
 * @param protocol of the last execution
 * @param executions how the rows came about, oldest first
 * @param childFlags of the timed processes
 * @param again arguments that make a new run of the same
 * @param remarks what a reader must know, one sentence each
 * @param environment of the last execution
 */
public record OpsRecord(
        String schema,
        String kind,
        String command,
        String runId,
        String folder,
        String startedAt,
        String device,
        String shapes,
        int cores,
        OpsComparison comparison,
        ProtocolSpec protocol,
        List<OpsExecution> executions,
        List<String> childFlags,
        List<String> again,
        List<String> remarks,
        JsonNode environment) {

    public static final String SCHEMA = "fizeau.ops/2";

    /** The record of a folder in which methods were executed. */
    public static OpsRecord of(RunFolder folder) {
        OpsComparison comparison = OpsComparison.of(folder.path());
        List<OpsExecution> executions = new MethodFiles(folder.path()).executions();
        if (executions.isEmpty()) {
            throw new IllegalArgumentException(folder.path() + " does not say how its methods were executed ("
                    + MethodFiles.EXECUTIONS + " is missing): execute them again");
        }
        OpsExecution last = executions.get(executions.size() - 1);
        List<String> remarks = new ArrayList<>(comparison.remarks());
        for (OpsExecution one : executions) {
            one.remarks().stream()
                    .filter(sentence -> !remarks.contains(sentence))
                    .forEach(remarks::add);
            one.differencesFrom(last).stream()
                    .filter(sentence -> !remarks.contains(sentence))
                    .forEach(remarks::add);
        }
        return new OpsRecord(
                SCHEMA,
                comparison.anyMeasured() ? MethodRow.MEASURED : MethodRow.UNAVAILABLE,
                OpsFolders.COMMAND,
                folder.runId(),
                folder.shownPath(),
                folder.startedAt().toString(),
                "cpu",
                last.shapes(),
                last.cores(),
                comparison,
                last.protocol(),
                executions,
                last.childFlags(),
                OpsExecution.again(executions),
                List.copyOf(remarks),
                last.environment());
    }

    /** Whether a method failed; what is unavailable is no failure. */
    public boolean failed() {
        return comparison.failed();
    }
}
