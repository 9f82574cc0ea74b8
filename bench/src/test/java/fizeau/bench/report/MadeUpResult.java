// SPDX-License-Identifier: Apache-2.0
package fizeau.bench.report;

import java.nio.file.Path;
import java.util.Map;

/** Made-up runs for tests of commands. */
public final class MadeUpResult {

    private MadeUpResult() {}

    /** Writes a run of a baseline of six seconds and an optimised variant; returns its folder. */
    public static Path write(Path root, double optimizedSeconds) {
        return MadeUpRun.of(root, Map.of("baseline", 6.0, "optimized", optimizedSeconds))
                .writeResult()
                .folder()
                .path();
    }
}
