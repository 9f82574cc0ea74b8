// SPDX-License-Identifier: Apache-2.0
package fizeau.bench;

import fizeau.backend.Backend;
import fizeau.backend.Closing;
import fizeau.backend.TrainingLevel;
import fizeau.backend.cuda.CudaBackend;
import fizeau.backend.cuda.LibraryLevelBackend;
import fizeau.bench.files.Json;
import fizeau.bench.protocol.Progress;
import fizeau.bench.verify.GoldenSet;
import fizeau.bench.verify.GoldenVerification;
import fizeau.bench.verify.VerificationRecord;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** The acceptance test of the mathematics. */
@Command(
        name = "verify",
        description = "Checks reference vectors against every backend that is present; exit code 1 when one fails.")
final class VerifyCommand extends AbstractCommand {

    @Option(
            names = "--golden",
            paramLabel = "DIR",
            description = "Folder of reference vectors: index.json and raw arrays. The portable bundle brings its own.")
    private Path golden;

    @Spec
    private CommandSpec spec;

    @Mixin
    private BackendOptions backendOptions;

    @Option(names = "--json", description = "Prints the outcome as one JSON document instead of a table.")
    private boolean json;

    @Override
    public Integer call() throws Exception {
        backendOptions.name();
        GoldenSet set = GoldenSet.open(golden == null ? ofTheBundle() : golden);
        List<Backend> backends = withLibraries(backendOptions.openAll(surroundings()));
        try (AutoCloseable closing = () -> Closing.all(backends)) {
            Progress progress = progress();
            VerificationRecord record =
                    GoldenVerification.run(set, backends, name -> progress.part("checking " + name, 0, 0));
            progress.done();
            surroundings().out().print(json ? Json.text(record) : record.toText());
            return record.exitCode();
        }
    }

    /** A GPU stands there twice where NVIDIA's libraries are: its decoder exists at two levels. */
    private static List<Backend> withLibraries(List<Backend> opened) {
        List<Backend> all = new ArrayList<>(opened);
        for (Backend backend : opened) {
            if (backend instanceof CudaBackend gpu && gpu.offers(TrainingLevel.LIBRARY)) {
                all.add(new LibraryLevelBackend(gpu));
            }
        }
        return all;
    }

    /** The folder that lies in the portable bundle, and nowhere else. */
    private Path ofTheBundle() {
        Path folder = surroundings().results().resolveSibling("golden");
        if (!Files.isDirectory(folder)) {
            throw new ParameterException(spec.commandLine(), "Missing required option: '--golden=DIR'");
        }
        return folder;
    }
}
