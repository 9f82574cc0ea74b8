// SPDX-License-Identifier: Apache-2.0
package fizeau.bench;

import java.nio.file.Path;
import picocli.CommandLine.Option;

/** Options that say where results go. */
final class OutputOptions {

    @Option(
            names = "--out",
            paramLabel = "DIR",
            description = "Folder that takes the run's folder, as COMMAND/RUN-ID. Default: results in the repository")
    private Path out;

    @Option(names = "--json", description = "Prints the record as one JSON document instead of a report.")
    private boolean json;

    Path root(Surroundings surroundings) {
        return out == null ? surroundings.results() : out;
    }

    boolean json() {
        return json;
    }
}
