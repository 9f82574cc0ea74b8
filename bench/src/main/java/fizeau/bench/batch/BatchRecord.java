// SPDX-License-Identifier: Apache-2.0
package fizeau.bench.batch;

import com.fasterxml.jackson.databind.JsonNode;
import fizeau.bench.protocol.JobFailure;
import fizeau.bench.protocol.ProtocolSpec;
import fizeau.bench.training.VariantSpec;
import fizeau.bench.workload.Workload;
import java.util.List;

/**
 * Throughput against batch size, everything in the report included.
 *
 * @param variant switches of every member
 * @param rows by batch size, then way
 * @param crossover where more members stop helping
 * @param seeds of the members' weights; a batch takes as many as it has members
 * @param missing processes that gave no result
 * @param remarks what a reader must know, one sentence each
 */
public record BatchRecord(
        String schema,
        String kind,
        String command,
        String runId,
        String folder,
        String startedAt,
        double wallSeconds,
        String device,
        Workload workload,
        VariantSpec variant,
        List<BatchRow> rows,
        Crossover crossover,
        ProtocolSpec protocol,
        int rounds,
        List<Long> seeds,
        List<String> childFlags,
        List<JobFailure> missing,
        List<String> remarks,
        JsonNode environment) {

    public static final String SCHEMA = "fizeau.batch/1";

    /** Whether a batch was wrong or gave nothing. */
    public boolean failed() {
        return !missing.isEmpty() || rows.stream().anyMatch(row -> row.kind().equals(BatchRow.FAILED));
    }
}
