// SPDX-License-Identifier: Apache-2.0
package fizeau.bench.environment;

import fizeau.nativeconfig.Settings;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/** Where programs are. */
public final class Programs {

    private Programs() {}

    /** Folders of the search path, in its order. */
    public static List<Path> searchPath(Settings settings) {
        return settings.variable("PATH").map(Settings::folders).orElse(List.of());
    }

    /** The program in the first of some folders that has it. */
    public static Optional<Path> first(List<Path> folders, String program) {
        return folders.stream()
                .map(folder -> folder.resolve(program))
                .filter(file -> Files.isRegularFile(file) && Files.isExecutable(file))
                .findFirst();
    }
}
