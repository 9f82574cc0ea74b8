// SPDX-License-Identifier: Apache-2.0
package fizeau.bench.report;

import fizeau.bench.ablation.AblationRecord;
import fizeau.bench.batch.BatchRecord;
import fizeau.bench.caches.CachesRecord;
import fizeau.bench.evidence.CeilingsRecord;
import fizeau.bench.evidence.EvidenceRecord;
import fizeau.bench.im2im.Im2imRecord;
import fizeau.bench.infer.InferRecord;
import fizeau.bench.operator.OperatorRecord;
import fizeau.bench.ops.OpsFolders;
import fizeau.bench.ops.OpsRecord;
import fizeau.bench.pinn.PinnRecord;
import fizeau.bench.profile.ProfileRecord;
import fizeau.bench.training.TrainingRecord;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;

/**
 * A kind of result that this version reads. One entry in {@link #ALL} makes a family known to report, gate and reproduce.
 *
 * @param schema its records name themselves by
 * @param commands that write it
 * @param rendering reads a file and shows it
 * @param times reads a file and takes the times of its rounds; null where there are none
 */
record ResultKind(
        String schema,
        Set<String> commands,
        Function<ResultFile, Rendering> rendering,
        Function<ResultFile, TimedResult> times) {

    static final List<ResultKind> ALL = List.of(
            new ResultKind(
                    TrainingRecord.SCHEMA,
                    Set.of("compare", "baseline", "optimized"),
                    file -> Rendering.of(file.training(), file.folder()),
                    file -> TimedResult.of(file.training())),
            new ResultKind(
                    AblationRecord.SCHEMA,
                    Set.of("ablate"),
                    file -> Rendering.of(file.ablation(), file.folder()),
                    file -> TimedResult.of(file.ablation())),
            new ResultKind(
                    PinnRecord.SCHEMA,
                    Set.of("pinn"),
                    file -> Rendering.of(file.pinn(), file.folder()),
                    file -> TimedResult.of(file.pinn())),
            new ResultKind(
                    CachesRecord.SCHEMA,
                    Set.of("caches"),
                    file -> Rendering.of(file.caches(), file.folder()),
                    file -> TimedResult.of(file.caches())),
            new ResultKind(
                    OpsRecord.SCHEMA,
                    Set.of(OpsFolders.COMMAND),
                    file -> Rendering.of(file.ops(), file.folder()),
                    file -> TimedResult.of(file.ops())),
            new ResultKind(
                    InferRecord.SCHEMA,
                    Set.of("infer"),
                    file -> Rendering.of(file.infer(), file.folder()),
                    file -> TimedResult.of(file.infer())),
            new ResultKind(
                    Im2imRecord.SCHEMA,
                    Set.of("im2im"),
                    file -> Rendering.of(file.im2im(), file.folder()),
                    file -> TimedResult.of(file.im2im())),
            new ResultKind(
                    OperatorRecord.SCHEMA,
                    Set.of("operator"),
                    file -> Rendering.of(file.operator(), file.folder()),
                    file -> TimedResult.of(file.operator())),
            new ResultKind(
                    BatchRecord.SCHEMA,
                    Set.of("batch"),
                    file -> Rendering.of(file.batch(), file.folder()),
                    file -> TimedResult.of(file.batch())),
            new ResultKind(
                    ProfileRecord.SCHEMA, Set.of("profile"), file -> Rendering.of(file.profile(), file.folder()), null),
            new ResultKind(CeilingsRecord.SCHEMA, Set.of("ceilings"), file -> Rendering.of(file.ceilings()), null),
            new ResultKind(EvidenceRecord.SCHEMA, Set.of("evidence"), file -> Rendering.of(file.evidence()), null),
            new ResultKind(
                    MasterSummary.SCHEMA, Set.of("all"), file -> Rendering.of(file.master(), file.folder()), null));

    /** The kind of a file; refuses, naming the schemas that would do. */
    static ResultKind of(ResultFile file) {
        return find(file)
                .orElseThrow(
                        () -> file.foreign(ALL.stream().map(ResultKind::schema).toList()));
    }

    /** The same among those that hold times of rounds; a result without them is refused by what wrote it. */
    static ResultKind timed(ResultFile file) {
        ResultKind kind = find(file)
                .orElseThrow(() ->
                        file.foreign(timed().stream().map(ResultKind::schema).toList()));
        if (kind.times == null) {
            throw new IllegalArgumentException(file.file() + " is a result of "
                    + String.join(" or ", kind.commands)
                    + ", which keeps no times of rounds to compare: use a result of "
                    + String.join(", ", ResultFile.commandsWithTimes()));
        }
        return kind;
    }

    /** Those that hold times of rounds. */
    static List<ResultKind> timed() {
        return ALL.stream().filter(kind -> kind.times != null).toList();
    }

    private static Optional<ResultKind> find(ResultFile file) {
        return ALL.stream().filter(kind -> kind.schema.equals(file.schema())).findFirst();
    }
}
