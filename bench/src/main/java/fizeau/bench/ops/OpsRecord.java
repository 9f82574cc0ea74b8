// SPDX-License-Identifier: Apache-2.0
package fizeau.bench.ops;

import com.fasterxml.jackson.databind.JsonNode;
import fizeau.bench.files.RunFolder;
import fizeau.bench.protocol.ProtocolSpec;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

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

    /**
     * One sentence about tuned in two runs that measured different shape sets.
     *
     * @throws IllegalArgumentException in one sentence when they do not complement each other
     */
    public static String bothShapeSets(Path one, Path other) {
        String shapes = last(executions(one)).shapes();
        String others = last(executions(other)).shapes();
        if (shapes.equals(others) || shapes.equals(OpsJob.MODELS) || others.equals(OpsJob.MODELS)) {
            throw new IllegalArgumentException("--with " + other + " holds " + others + " and the run itself " + shapes
                    + ": use two runs of operators, one of --shapes code and one of --shapes doc");
        }
        OpsComparison.TunedTarget first = OpsComparison.of(one).tunedTarget();
        OpsComparison.TunedTarget second = OpsComparison.of(other).tunedTarget();
        if (first.geometricMean() == null || second.geometricMean() == null) {
            throw new IllegalArgumentException("--with " + other
                    + " has nothing to add: both runs must have measured tuned and eager on convolutions, the block or"
                    + " linear layers");
        }
        int cases = first.cases() + second.cases();
        double sum =
                first.cases() * Math.log(first.geometricMean()) + second.cases() * Math.log(second.geometricMean());
        return String.format(
                Locale.ROOT,
                "tuned over eager on the %d convolution, block and linear cases of both shape sets, with %s: geometric"
                        + " mean %.2f x (wanted 1.3)",
                cases,
                other.getFileName(),
                Math.exp(sum / cases));
    }

    private static List<OpsExecution> executions(Path folder) {
        List<OpsExecution> executions = new MethodFiles(folder).executions();
        if (executions.isEmpty()) {
            throw new IllegalArgumentException(folder + " does not say how its methods were executed ("
                    + MethodFiles.EXECUTIONS + " is missing): execute them again");
        }
        return executions;
    }

    private static OpsExecution last(List<OpsExecution> executions) {
        return executions.get(executions.size() - 1);
    }

    /** The record of a folder in which methods were executed. */
    public static OpsRecord of(RunFolder folder) {
        return of(folder, List.of());
    }

    /** @param more remarks to end with */
    public static OpsRecord of(RunFolder folder, List<String> more) {
        OpsComparison comparison = OpsComparison.of(folder.path());
        List<OpsExecution> executions = executions(folder.path());
        OpsExecution last = last(executions);
        List<String> remarks = new ArrayList<>(comparison.remarks());
        for (OpsExecution one : executions) {
            one.remarks().stream()
                    .filter(sentence -> !remarks.contains(sentence))
                    .forEach(remarks::add);
            one.differencesFrom(last).stream()
                    .filter(sentence -> !remarks.contains(sentence))
                    .forEach(remarks::add);
        }
        remarks.addAll(more);
        return new OpsRecord(
                SCHEMA,
                comparison.anyMeasured() ? MethodRow.MEASURED : MethodRow.UNAVAILABLE,
                OpsFolders.COMMAND,
                folder.runId(),
                folder.shownPath(),
                folder.startedAt().toString(),
                last.place(),
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
