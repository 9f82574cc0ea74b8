// SPDX-License-Identifier: Apache-2.0
package fizeau.nativeconfig;

import java.io.File;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;

/**
 * All that the search for native libraries and the description of a machine may read from the outside: a copy of the
 * environment and of the system properties, and the folder that stands for the root of the file system. Made once,
 * by {@link #ofProcess()}; tests make their own, with a root in a temporary folder.
 *
 * @param environment environment variables
 * @param properties Java system properties
 * @param root where {@code /proc}, {@code /sys}, {@code /usr} and so on are found; {@code /} outside tests. Folders named
 *     by a variable or a property are taken as they are.
 */
public record Settings(Map<String, String> environment, Map<String, String> properties, Path root) {

    public Settings {
        environment = Map.copyOf(environment);
        properties = Map.copyOf(properties);
    }

    /** What this process was started with. */
    public static Settings ofProcess() {
        Map<String, String> properties = System.getProperties().stringPropertyNames().stream()
                .filter(name -> System.getProperty(name) != null)
                .collect(Collectors.toMap(name -> name, System::getProperty));
        return new Settings(System.getenv(), properties, Path.of("/"));
    }

    /** An environment variable; empty when it is not set or blank. */
    public Optional<String> variable(String name) {
        return present(environment.get(name));
    }

    /** A system property; empty when it is not set or blank. */
    public Optional<String> property(String name) {
        return present(properties.get(name));
    }

    /** A file or folder of the system, for example {@code "proc/meminfo"}. */
    public Path system(String pathBelowRoot) {
        return root.resolve(pathBelowRoot);
    }

    /**
     * The text of a small file of the system; empty when it is absent or cannot be read. Never throws: what describes a
     * machine is optional everywhere.
     */
    public Optional<String> text(String pathBelowRoot) {
        try {
            return Optional.of(Files.readString(system(pathBelowRoot), StandardCharsets.ISO_8859_1));
        } catch (IOException absent) {
            return Optional.empty();
        }
    }

    /** The user's home folder, where the operating system names one. */
    public Optional<Path> home() {
        return property("user.home").flatMap(Settings::path);
    }

    /** The folders of a value such as PATH, in order; entries that no file system could hold are left out. */
    public static List<Path> folders(String value) {
        List<Path> folders = new ArrayList<>();
        for (String entry : value.split(File.pathSeparator)) {
            if (!entry.isBlank()) {
                path(entry).ifPresent(folders::add);
            }
        }
        return folders;
    }

    private static Optional<Path> path(String text) {
        try {
            return Optional.of(Path.of(text));
        } catch (InvalidPathException unusable) {
            return Optional.empty();
        }
    }

    private static Optional<String> present(String value) {
        return Optional.ofNullable(value).filter(text -> !text.isBlank());
    }
}
