// SPDX-License-Identifier: Apache-2.0
package fizeau.bench.operator;

import com.fasterxml.jackson.databind.JsonNode;
import fizeau.backend.DeviceRates;
import fizeau.bench.protocol.JobFailure;
import fizeau.bench.protocol.ProtocolSpec;
import java.util.List;
import java.util.Map;

/**
 * The speed table of the measurement operator, everything in the report included.
 *
 * @param device where ours ran: {@code cpu}, {@code cuda} or both with a plus
 * @param devices one line about every method's device and libraries, by method
 * @param masks what the two masks are
 * @param rates what each device reached by itself, median over rounds; a device that was not there is absent
 * @param rows in the order of cases, directions and methods; every row that a whole table has is there
 * @param targets what the operator shall reach
 * @param missing processes that gave no result
 * @param remarks what a reader must know, one sentence each
 * @param environment capsule: machine, JVM, libraries, commit
 */
public record OperatorRecord(
        String schema,
        String kind,
        String command,
        String runId,
        String folder,
        String startedAt,
        double wallSeconds,
        String device,
        Map<String, String> devices,
        OperatorSetting setting,
        List<MaskSize> masks,
        int threads,
        Map<String, DeviceRates> rates,
        List<OperatorRow> rows,
        List<OperatorTarget> targets,
        ProtocolSpec protocol,
        int rounds,
        List<String> childFlags,
        List<JobFailure> missing,
        List<String> remarks,
        JsonNode environment) {

    public static final String SCHEMA = "fizeau.operator/1";

    /** A mask and the box it fits in. */
    public record MaskSize(String mask, int imageSize, int boxNy, int boxNx, int open) {}

    /** Whether a result was wrong or a process that should have run gave none; what is unavailable is no failure. */
    public boolean failed() {
        return !missing.isEmpty() || rows.stream().anyMatch(row -> row.kind().equals(OperatorRow.FAILED));
    }
}
