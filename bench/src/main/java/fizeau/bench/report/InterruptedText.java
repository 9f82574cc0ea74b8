// SPDX-License-Identifier: Apache-2.0
package fizeau.bench.report;

import fizeau.bench.files.InterruptedRun;
import fizeau.bench.files.Json;
import fizeau.bench.protocol.JobReport;
import fizeau.bench.stats.Summary;
import fizeau.bench.training.TrainingRun;
import java.nio.file.Path;

/** What is left of a run that was interrupted: the trainings that ended, and what is missing. */
public final class InterruptedText {

    private InterruptedText() {}

    public static String of(InterruptedRun run) {
        StringBuilder text = new StringBuilder("Fizeau " + run.manifest().command() + ", run "
                + run.manifest().runId() + ": NOT COMPLETE\n\n" + run.sentence() + ".\n\n");
        if (!run.trainings().isEmpty()) {
            TextTable table =
                    new TextTable().row("variant", "round", "seed", "training, s", "iteration, ms", "PSNR, dB");
            for (Path file : run.trainings()) {
                TrainingRun training = TrainingRun.of(Json.read(file, JobReport.class));
                table.row(
                        training.variant(),
                        Integer.toString(training.round()),
                        Long.toString(training.outcome().seed()),
                        Numbers.plain(training.outcome().trainingSeconds()),
                        Numbers.plain(Summary.median(training.iterationMillis())),
                        Numbers.plain(training.outcome().quality().psnr()));
            }
            text.append(table).append('\n');
        }
        run.manifest()
                .files()
                .forEach(name -> text.append("there:   ").append(name).append('\n'));
        run.manifest()
                .missing()
                .forEach(name -> text.append("missing: ").append(name).append('\n'));
        run.manifest()
                .remarks()
                .forEach(remark -> text.append("note: ").append(remark).append('\n'));
        return text.append("Nothing can be said about speed: run the command again.\n")
                .toString();
    }
}
