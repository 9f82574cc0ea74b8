// SPDX-License-Identifier: Apache-2.0
package fizeau.bench.report;

import com.fasterxml.jackson.databind.JsonNode;
import fizeau.bench.ablation.AblationRecord;
import fizeau.bench.batch.BatchRecord;
import fizeau.bench.caches.CachesRecord;
import fizeau.bench.evidence.CeilingsRecord;
import fizeau.bench.evidence.EvidenceRecord;
import fizeau.bench.files.InterruptedRun;
import fizeau.bench.files.Json;
import fizeau.bench.im2im.Im2imRecord;
import fizeau.bench.im2im.Im2imRow;
import fizeau.bench.infer.InferRecord;
import fizeau.bench.infer.InferRow;
import fizeau.bench.operator.OperatorRecord;
import fizeau.bench.ops.OpsRecord;
import fizeau.bench.pinn.PinnRecord;
import fizeau.bench.pinn.PinnResult;
import fizeau.bench.profile.ProfileRecord;
import fizeau.bench.training.TrainingRecord;
import fizeau.bench.training.VariantRecord;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/**
 * A result read back; whatever is wrong with it is told in one sentence.
 *
 * @param file {@code result.json}
 * @param tree its content
 * @param schema the name it gives itself
 */
public record ResultFile(Path file, JsonNode tree, String schema) {

    /**
     * Opens a result without looking into it.
     *
     * @param place {@code result.json}, or the folder of the run
     */
    public static ResultFile open(Path place) {
        Path file = Files.isDirectory(place) ? place.resolve(TrainingFiles.RESULT) : place;
        InterruptedRun.in(place).ifPresent(run -> {
            throw new IllegalArgumentException(run.sentence() + "; use a finished run");
        });
        if (!Files.isRegularFile(file)) {
            throw new IllegalArgumentException(
                    "result " + file + " does not exist: name a " + TrainingFiles.RESULT + " or the folder of a run");
        }
        JsonNode tree = Json.readTree(file);
        return new ResultFile(file, tree, tree.path("schema").asText(""));
    }

    /** A result that was just made and has no file of its own to read; {@code place} stands for it in messages. */
    public static ResultFile of(JsonNode tree, Path place) {
        return new ResultFile(place, tree, tree.path("schema").asText(""));
    }

    /** Refuses, in one sentence, what holds no times of rounds or is not whole. */
    public void requireTimes() {
        TimedResult.of(this);
    }

    /** Commands whose results hold times of rounds, and so can be run again and compared. */
    public static List<String> commandsWithTimes() {
        return ResultKind.timed().stream()
                .flatMap(kind -> kind.commands().stream())
                .sorted()
                .toList();
    }

    /** A training at a place. */
    public static TrainingRecord read(Path place) {
        return open(place).training();
    }

    /** Where it lies. */
    public Path folder() {
        return file.toAbsolutePath().getParent();
    }

    /** A training with at least one round. */
    public TrainingRecord training() {
        TrainingRecord record = as(TrainingRecord.class, TrainingRecord.SCHEMA);
        requireSamples(record.variants());
        new WholeRecord(file, tree).requireTraining();
        return record;
    }

    /** An ablation with at least one round. */
    public AblationRecord ablation() {
        AblationRecord record = as(AblationRecord.class, AblationRecord.SCHEMA);
        requireSamples(record.variants());
        new WholeRecord(file, tree).requireAblation();
        return record;
    }

    /** Micro benchmarks of at least one cache. */
    public CachesRecord caches() {
        CachesRecord record = as(CachesRecord.class, CachesRecord.SCHEMA);
        requireSamples(record.caches() != null
                && !record.caches().isEmpty()
                && record.caches().stream()
                        .allMatch(line -> line != null && !line.rounds().isEmpty()));
        new WholeRecord(file, tree).requireCaches();
        return record;
    }

    /** Operators or models, at least one of them with a time. */
    public OpsRecord ops() {
        OpsRecord record = as(OpsRecord.class, OpsRecord.SCHEMA);
        requireSamples(record.comparison() != null
                && record.comparison().benchmarks() != null
                && record.comparison().anyMeasured());
        new WholeRecord(file, tree).requireOps();
        return record;
    }

    /** Networks on frameworks, at least one of them measured. */
    public InferRecord infer() {
        InferRecord record = as(InferRecord.class, InferRecord.SCHEMA);
        new WholeRecord(file, tree).requireInfer();
        requireSamples(record.rows().stream().anyMatch(InferRow::measured)
                && record.rows().stream()
                        .filter(InferRow::measured)
                        .allMatch(row -> row.timings() != null && !row.runs().isEmpty()));
        return record;
    }

    /** A PINN benchmark with at least one variant that ran. */
    public PinnRecord pinn() {
        PinnRecord record = as(PinnRecord.class, PinnRecord.SCHEMA);
        new WholeRecord(file, tree).requirePinn();
        requireSamples(
                record.cells().stream().flatMap(cell -> cell.results().stream()).anyMatch(PinnResult::measured));
        return record;
    }

    /** A matrix with at least one row that was measured. */
    public Im2imRecord im2im() {
        Im2imRecord record = as(Im2imRecord.class, Im2imRecord.SCHEMA);
        requireSamples(record.rows() != null && record.rows().stream().anyMatch(Im2imRow::measured));
        new WholeRecord(file, tree).requireIm2im();
        return record;
    }

    /** The operator's speed table; every row may be unavailable. */
    public OperatorRecord operator() {
        OperatorRecord record = as(OperatorRecord.class, OperatorRecord.SCHEMA);
        requireSamples(record.rows() != null && !record.rows().isEmpty());
        new WholeRecord(file, tree).requireOperator();
        return record;
    }

    public ProfileRecord profile() {
        ProfileRecord record = as(ProfileRecord.class, ProfileRecord.SCHEMA);
        requireSamples(record.ranges() != null && !record.ranges().isEmpty());
        new WholeRecord(file, tree).requireProfile();
        return record;
    }

    /** Throughput against batch size; every row may be unavailable. */
    public BatchRecord batch() {
        BatchRecord record = as(BatchRecord.class, BatchRecord.SCHEMA);
        requireSamples(record.rows() != null && !record.rows().isEmpty());
        new WholeRecord(file, tree).requireBatch();
        return record;
    }

    /** What a device reaches at best. */
    public CeilingsRecord ceilings() {
        CeilingsRecord record = as(CeilingsRecord.class, CeilingsRecord.SCHEMA);
        requireSamples(record.ceilings() != null && !record.ceilings().isEmpty());
        new WholeRecord(file, tree).requireCeilings();
        return record;
    }

    /** What was shown on a GPU; every step may be unavailable. */
    public EvidenceRecord evidence() {
        EvidenceRecord record = as(EvidenceRecord.class, EvidenceRecord.SCHEMA);
        requireSamples(record.rows() != null && !record.rows().isEmpty());
        new WholeRecord(file, tree).requireEvidence();
        return record;
    }

    public MasterSummary master() {
        MasterSummary record = as(MasterSummary.class, MasterSummary.SCHEMA);
        new WholeRecord(file, tree).requireMaster();
        return record;
    }

    /** That it has another schema than these. */
    IllegalArgumentException foreign(List<String> needed) {
        String words = needed.size() == 1 ? needed.get(0) + " is" : "one of " + String.join(", ", needed) + " is";
        return new IllegalArgumentException(file + (schema.isEmpty() ? " names no schema" : " has the schema " + schema)
                + " where " + words + " needed: use a result of this version");
    }

    private <R> R as(Class<R> type, String needed) {
        if (!schema.equals(needed)) {
            throw foreign(List.of(needed));
        }
        try {
            return Json.value(tree, type);
        } catch (IllegalArgumentException damaged) {
            throw new IllegalArgumentException(
                    file + " is damaged (" + damaged.getMessage() + "): use a file that this version wrote", damaged);
        }
    }

    private void requireSamples(boolean some) {
        if (!some) {
            throw new IllegalArgumentException(file
                    + " holds no samples, so there is nothing to report or compare: use a result of a finished run");
        }
    }

    private void requireSamples(Map<String, VariantRecord> variants) {
        requireSamples(variants != null
                && !variants.isEmpty()
                && variants.values().stream()
                        .allMatch(variant -> variant != null
                                && variant.rounds() != null
                                && !variant.rounds().isEmpty()));
        variants.values()
                .forEach(variant -> variant.rounds().forEach(round -> {
                    if (!(round.trainingSeconds() > 0 && Double.isFinite(round.trainingSeconds()))) {
                        throw new IllegalArgumentException(file + " is damaged (" + variant.name() + " took "
                                + round.trainingSeconds() + " s in round " + round.round()
                                + "): use a file that this version wrote");
                    }
                }));
    }
}
