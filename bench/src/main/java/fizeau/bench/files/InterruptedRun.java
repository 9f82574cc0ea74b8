// SPDX-License-Identifier: Apache-2.0
package fizeau.bench.files;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/**
 * A run that ended before its result was written: Ctrl-C, a killed process, a full disk. Its earlier files are whole.
 *
 * @param folder of the run
 * @param manifest as it was last written
 * @param trainings reports of trainings that ended, in order
 */
public record InterruptedRun(Path folder, RunFolder.Manifest manifest, List<Path> trainings) {
    private static final String RESULT = "result.json";
    private static final String MANIFEST = "manifest.json";

    /** The run in a folder, if there is a manifest in it but no result. */
    public static Optional<InterruptedRun> in(Path folder) {
        if (!Files.isRegularFile(folder.resolve(MANIFEST)) || Files.exists(folder.resolve(RESULT))) {
            return Optional.empty();
        }
        RunFolder.Manifest manifest = Json.read(folder.resolve(MANIFEST), RunFolder.Manifest.class);
        List<Path> trainings = manifest.files().stream()
                .filter(name -> name.matches("rounds/(?!000)\\d+-.*\\.json"))
                .sorted()
                .map(folder::resolve)
                .filter(Files::isRegularFile)
                .toList();
        return Optional.of(new InterruptedRun(folder, manifest, trainings));
    }

    /** One sentence. */
    public String sentence() {
        return "the run in " + folder + " has no " + RESULT + ": it was interrupted, or is still going on, after "
                + trainings.size() + (trainings.size() == 1 ? " training" : " trainings");
    }
}
