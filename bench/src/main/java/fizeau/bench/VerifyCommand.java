// SPDX-License-Identifier: Apache-2.0
package fizeau.bench;

import fizeau.backend.Backend;
import fizeau.backend.cuda.raw.Closing;
import fizeau.bench.files.Json;
import fizeau.bench.protocol.Progress;
import fizeau.bench.verify.GoldenSet;
import fizeau.bench.verify.GoldenVerification;
import fizeau.bench.verify.VerificationRecord;
import java.nio.file.Path;
import java.util.List;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** The acceptance test of the mathematics. */
@Command(
        name = "verify",
        description = "Checks reference vectors against every backend that is present; exit code 1 when one fails.")
final class VerifyCommand extends AbstractCommand {

    @Option(
            names = "--golden",
            required = true,
            paramLabel = "DIR",
            description = "Folder of reference vectors: index.json and raw arrays.")
    private Path golden;

    @Mixin
    private BackendOptions backendOptions;

    @Option(names = "--json", description = "Prints the outcome as one JSON document instead of a table.")
    private boolean json;

    @Override
    public Integer call() throws Exception {
        backendOptions.name();
        GoldenSet set = GoldenSet.open(golden);
        List<Backend> backends = backendOptions.openAll(surroundings());
        try (AutoCloseable closing = () -> Closing.all(backends)) {
            Progress progress = progress();
            VerificationRecord record =
                    GoldenVerification.run(set, backends, name -> progress.part("checking " + name, 0, 0));
            progress.done();
            surroundings().out().print(json ? Json.text(record) : record.toText());
            return record.exitCode();
        }
    }
}
