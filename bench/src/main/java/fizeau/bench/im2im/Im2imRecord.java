// SPDX-License-Identifier: Apache-2.0
package fizeau.bench.im2im;

import com.fasterxml.jackson.databind.JsonNode;
import fizeau.bench.protocol.ProtocolSpec;
import java.util.List;

/**
 * The result of a matrix, everything in its report included.
 *
 * @param kind of its times, {@code measured}
 * @param mode {@code train} or {@code infer}
 * @param rows in the order of the table
 * @param probes what convolutions take alone, one for each work; empty without rows of presets
 * @param targets what all switches together shall reach, and whether they do
 * @param wrong what was found wrong, one sentence each
 */
public record Im2imRecord(
        String schema,
        String kind,
        String command,
        String mode,
        String runId,
        String folder,
        String startedAt,
        double wallSeconds,
        String device,
        int threads,
        List<Im2imRow> rows,
        List<ConvolutionProbe> probes,
        List<Im2imTarget> targets,
        ProtocolSpec protocol,
        List<String> childFlags,
        List<String> wrong,
        List<String> remarks,
        JsonNode environment) {
    public static final String SCHEMA = "fizeau.im2im/1";

    public Im2imRecord {
        rows = rows == null ? null : List.copyOf(rows);
        probes = probes == null ? List.of() : List.copyOf(probes);
        targets = targets == null ? List.of() : List.copyOf(targets);
    }

    public Im2imMode parsedMode() {
        return Im2imMode.parse(mode);
    }

    /** Whether a row failed or something was wrong. */
    public boolean failed() {
        return !wrong.isEmpty() || rows.stream().anyMatch(row -> row.error() != null);
    }
}
