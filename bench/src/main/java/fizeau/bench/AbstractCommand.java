// SPDX-License-Identifier: Apache-2.0
package fizeau.bench;

import fizeau.bench.protocol.Progress;
import java.util.concurrent.Callable;
import picocli.CommandLine.Option;

/** What every command has: its surroundings and a help page. */
abstract class AbstractCommand implements Callable<Integer> {

    @Option(
            names = {"-h", "--help"},
            usageHelp = true,
            description = "Shows this page.")
    private boolean help;

    private Surroundings surroundings;

    void surroundings(Surroundings given) {
        surroundings = given;
    }

    Surroundings surroundings() {
        return surroundings;
    }

    Progress progress() {
        return new Progress(surroundings.err(), surroundings.terminal());
    }
}
