// SPDX-License-Identifier: Apache-2.0
package fizeau.bench.environment;

import fizeau.nativeconfig.Settings;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;

/** A machine made of files in a temporary folder. */
public record FakeMachine(Path root) {

    /** Writes a file of the machine; folders above it are made. */
    public FakeMachine with(String path, String text) {
        try {
            Path file = root.resolve(path);
            Files.createDirectories(file.getParent());
            Files.writeString(file, text);
            return this;
        } catch (IOException failure) {
            throw new UncheckedIOException(failure);
        }
    }

    public Settings settings() {
        return settings(Map.of(), Map.of());
    }

    public Settings settings(Map<String, String> environment, Map<String, String> properties) {
        return new Settings(environment, properties, root);
    }
}
