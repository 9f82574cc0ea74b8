// SPDX-License-Identifier: Apache-2.0
package fizeau.bench;

import fizeau.bench.files.Json;
import fizeau.bench.report.RegressionGate;
import java.nio.file.Path;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Fails on a slowdown that is more than noise. */
@Command(
        name = "gate",
        description = {
            "Holds a result of compare, baseline, optimized, ablate, caches, operator, batch, ops, infer, pinn or im2im"
                    + " against an earlier one. Fails (exit code 1) when a variant became slower by more than is"
                    + " allowed and the whole interval says so; passes on noise; refuses to compare different devices,"
                    + " workloads or protocols."
        })
final class GateCommand extends AbstractCommand {

    @Parameters(paramLabel = "FILE", description = "The new result.json, or its folder.")
    private Path file;

    @Option(
            names = "--against",
            required = true,
            paramLabel = "FILE",
            description = "The earlier result.json, or its folder.")
    private Path against;

    @Option(
            names = "--max-slowdown",
            paramLabel = "PERCENT",
            defaultValue = "5%",
            description = "How much slower a variant may be. Default: 5%%")
    private String maxSlowdown;

    @Option(names = "--json", description = "Prints the outcome as one JSON document instead of text.")
    private boolean json;

    @Override
    public Integer call() {
        RegressionGate.Outcome outcome = RegressionGate.judge(against, file, percent(maxSlowdown));
        surroundings().out().print(json ? Json.text(outcome) : outcome.toText());
        return outcome.passed() ? Main.DONE : Main.FAILED;
    }

    private static double percent(String text) {
        try {
            double value = Double.parseDouble(text.replace("%", "").strip()) / 100;
            if (value >= 0 && value < 10) {
                return value;
            }
        } catch (NumberFormatException notANumber) {
            // told below, together with numbers out of range
        }
        throw new IllegalArgumentException(
                "--max-slowdown " + text + " is not possible: use a percentage from 0 to 1000, such as 5%");
    }
}
