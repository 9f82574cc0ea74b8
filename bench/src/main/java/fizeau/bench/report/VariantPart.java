// SPDX-License-Identifier: Apache-2.0
package fizeau.bench.report;

import fizeau.bench.training.TrainingRecord;
import fizeau.bench.training.VariantSpec;
import java.util.List;
import java.util.Map;

/** The part of a record that concerns one variant: the original's performance files hold one variant each. */
final class VariantPart {

    private VariantPart() {}

    /** The same record with one variant and without what compares. */
    static TrainingRecord of(TrainingRecord record, String key) {
        return new TrainingRecord(
                record.schema(),
                record.kind(),
                record.command(),
                record.runId(),
                record.folder(),
                record.startedAt(),
                record.wallSeconds(),
                record.device(),
                record.workload(),
                null,
                null,
                Map.of(key, record.variants().get(key)),
                List.of(),
                List.of(),
                null,
                List.of(),
                key.equals(VariantSpec.OPTIMIZED) ? record.lossSpread() : null,
                List.of(),
                record.gate(),
                Map.of(),
                record.protocol(),
                record.rounds(),
                record.childFlags(),
                record.seeds(),
                List.of(),
                List.of(),
                record.remarks(),
                record.environment());
    }
}
