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
import fizeau.bench.ops.OpsRecord;
import fizeau.bench.page.Report;
import fizeau.bench.pinn.PinnRecord;
import fizeau.bench.profile.ProfileRecord;
import fizeau.bench.profile.ProfileText;
import fizeau.bench.training.TrainingRecord;
import java.nio.file.Path;
import java.util.List;

/**
 * What a record can be shown as.
 *
 * @param text its report as text
 * @param report the same as data, for all other formats
 */
public record Rendering(String text, Report report) {

    /** @param folder where the record's figures lie */
    public static Rendering of(TrainingRecord record, Path folder) {
        return new Rendering(TrainingText.of(record), TrainingReport.of(record, Figures.beside(folder)));
    }

    /** @param folder where the record's figures lie */
    public static Rendering of(AblationRecord record, Path folder) {
        return new Rendering(AblationText.of(record), AblationReport.of(record, Figures.beside(folder)));
    }

    /** @param folder where the record's figures lie */
    public static Rendering of(CachesRecord record, Path folder) {
        return new Rendering(CachesText.of(record), CachesReport.of(record, Figures.beside(folder)));
    }

    /** @param folder where the record's figures lie */
    public static Rendering of(OpsRecord record, Path folder) {
        return new Rendering(OpsText.of(record), OpsReport.of(record, Figures.beside(folder)));
    }

    /** @param folder where the record's figures lie */
    public static Rendering of(InferRecord record, Path folder) {
        return new Rendering(InferText.of(record), InferReport.of(record, Figures.beside(folder)));
    }

    /** @param folder where the record's figures lie */
    public static Rendering of(PinnRecord record, Path folder) {
        return new Rendering(PinnText.of(record), PinnReport.of(record, PinnFiles.figures(record, folder)));
    }

    /** @param folder where the record's figures lie */
    public static Rendering of(Im2imRecord record, Path folder) {
        return new Rendering(Im2imText.of(record), Im2imReport.of(record, Figures.beside(folder)));
    }

    /** @param folder where the record's figures lie */
    public static Rendering of(OperatorRecord record, Path folder) {
        return new Rendering(OperatorText.of(record), OperatorReport.of(record, Figures.beside(folder)));
    }

    /** @param folder of the run */
    public static Rendering of(ProfileRecord record, Path folder) {
        return new Rendering(new ProfileText(record, List.of()).summary(), ProfileReport.of(record, folder));
    }

    /** @param folder where the record's figures lie */
    public static Rendering of(BatchRecord record, Path folder) {
        return new Rendering(BatchText.of(record), BatchReport.of(record, Figures.beside(folder)));
    }

    public static Rendering of(CeilingsRecord record) {
        return new Rendering(record.toText(), CeilingsReport.of(record));
    }

    public static Rendering of(EvidenceRecord record) {
        return new Rendering(record.toText(), EvidenceReport.of(record));
    }

    /** @param folder of the run, which holds the folders of the parts */
    public static Rendering of(MasterSummary record, Path folder) {
        return new Rendering(record.toText(), MasterReport.of(record, folder));
    }

    /**
     * The result at a place, whatever command wrote it.
     *
     * @param place {@code result.json}, or the folder of the run
     */
    public static Rendering of(Path place) {
        ResultFile file = ResultFile.open(place);
        return ResultKind.of(file).rendering().apply(file);
    }
}
