// SPDX-License-Identifier: Apache-2.0
package fizeau.bench.report;

import fizeau.bench.ablation.AblationRecord;
import fizeau.bench.caches.CachesRecord;
import fizeau.bench.operator.OperatorRecord;
import fizeau.bench.page.Report;
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
    public static Rendering of(OperatorRecord record, Path folder) {
        return new Rendering(OperatorText.of(record), OperatorReport.of(record, Figures.beside(folder)));
    }

    /** @param folder of the run */
    public static Rendering of(ProfileRecord record, Path folder) {
        return new Rendering(new ProfileText(record, List.of()).summary(), ProfileReport.of(record, folder));
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
        Path folder = file.folder();
        return switch (file.schema()) {
            case TrainingRecord.SCHEMA -> of(file.training(), folder);
            case AblationRecord.SCHEMA -> of(file.ablation(), folder);
            case CachesRecord.SCHEMA -> of(file.caches(), folder);
            case OperatorRecord.SCHEMA -> of(file.operator(), folder);
            case ProfileRecord.SCHEMA -> of(file.profile(), folder);
            case MasterSummary.SCHEMA -> of(file.master(), folder);
            default -> throw file.foreign(ResultFile.SCHEMAS);
        };
    }
}
