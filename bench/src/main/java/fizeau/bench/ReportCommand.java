// SPDX-License-Identifier: Apache-2.0
package fizeau.bench;

import fizeau.bench.report.ResultFile;
import fizeau.bench.report.TrainingText;
import java.nio.file.Path;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

/** Renders a result again. */
@Command(name = "report", description = "Prints the report of a result file, or of the run folder that holds it.")
final class ReportCommand extends AbstractCommand {

    @Parameters(paramLabel = "FILE", description = "result.json, or its folder.")
    private Path file;

    @Override
    public Integer call() {
        surroundings().out().print(TrainingText.of(ResultFile.read(file)));
        return Main.DONE;
    }
}
