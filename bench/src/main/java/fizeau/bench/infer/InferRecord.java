// SPDX-License-Identifier: Apache-2.0
package fizeau.bench.infer;

import com.fasterxml.jackson.databind.JsonNode;
import fizeau.bench.protocol.JobFailure;
import fizeau.bench.protocol.ProtocolSpec;
import java.util.List;

/**
 * The result of an inference benchmark, everything in its report included.
 *
 * @param kind of its numbers
 * @param workload what was run; two records are compared only when it is the same
 * @param rows by model, batch size and framework
 * @param missing processes that gave no result
 */
public record InferRecord(
        String schema,
        String kind,
        String command,
        String runId,
        String folder,
        String startedAt,
        double wallSeconds,
        String device,
        int threads,
        Workload workload,
        List<InferRow> rows,
        ProtocolSpec protocol,
        List<String> childFlags,
        List<JobFailure> missing,
        List<String> remarks,
        JsonNode environment) {
    public static final String SCHEMA = "fizeau.infer/1";

    public InferRecord {
        rows = List.copyOf(rows);
        childFlags = List.copyOf(childFlags);
        missing = List.copyOf(missing);
        remarks = List.copyOf(remarks);
    }

    /**
     * What every framework was given.
     *
     * @param inputShape of one picture
     * @param dataSource {@code synthetic} or the folder's name
     * @param warmUps calls of a process before its clock starts
     * @param iterations samples of a process, fewer when the time was up
     * @param maxSeconds bound for a model at a batch size
     */
    public record Workload(
            List<String> models,
            List<Integer> batchSizes,
            String inputShape,
            String dtype,
            String dataSource,
            boolean legacyScale,
            int warmUps,
            int iterations,
            double maxSeconds) {}

    /** The word of the framework whose time stands above the line in speedups. */
    public String reference() {
        return Framework.reference(device).word();
    }

    /** Whether something failed, or nothing was measured. */
    public boolean failed() {
        return !missing.isEmpty()
                || rows.stream().anyMatch(InferRow::failed)
                || rows.stream().noneMatch(InferRow::measured);
    }
}
