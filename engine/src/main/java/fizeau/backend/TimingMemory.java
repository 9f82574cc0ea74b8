// SPDX-License-Identifier: Apache-2.0
package fizeau.backend;

import fizeau.image.AtomicFile;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.Properties;
import java.util.stream.Stream;

/**
 * Remembers on disk, by key and in words, what timings decided in one environment. A file of another environment, a damaged one
 * or none at all is as good as empty; what cannot be written is forgotten. Losing it costs a few timings.
 */
public final class TimingMemory {

    /** System property: a folder for the files, or {@code off}. */
    public static final String PROPERTY = "fizeau.plans";

    private static final String ENVIRONMENT = "environment";

    private final Path file;
    private final String environment;
    private final Properties words = new Properties();

    private TimingMemory(Path file, String environment) {
        this.file = file;
        this.environment = environment;
    }

    /** Remembers nothing beyond the process. */
    public static TimingMemory none() {
        return new TimingMemory(null, "");
    }

    /** What was remembered in a file, which need not exist yet, for one environment. */
    public static TimingMemory open(Path file, String environment) {
        TimingMemory memory = new TimingMemory(file, environment);
        memory.words.putAll(memory.read());
        return memory;
    }

    /**
     * A file in the folder that the system property names, by default in the user's cache folder.
     *
     * @param libraries what a timing depends on beside processor, cores and virtual machine: libraries, device, driver
     */
    public static TimingMemory ofUser(String fileName, String libraries) {
        return UserCache.folder(PROPERTY)
                .map(folder -> open(folder.resolve(fileName), environment(libraries)))
                .orElseGet(TimingMemory::none);
    }

    /** What a timing depends on: processor, cores, virtual machine, libraries. */
    static String environment(String libraries) {
        return String.join(
                ", ",
                processor(),
                Runtime.getRuntime().availableProcessors() + " cores",
                System.getProperty("java.vm.name") + " " + System.getProperty("java.vm.version"),
                libraries);
    }

    /** What was remembered; whether it makes sense is for the caller to say. */
    public Optional<String> find(String key) {
        return Optional.ofNullable(words.getProperty(key));
    }

    /** Remembers what was decided. */
    public void put(String key, String word) {
        words.setProperty(key, word);
        if (file == null) {
            return;
        }
        Properties all = read(); // another process may have added some since
        all.putAll(words);
        all.setProperty(ENVIRONMENT, environment);
        try {
            Files.createDirectories(file.getParent());
            AtomicFile.write(file, out -> all.store(out, "what was the fastest here; may be deleted"));
        } catch (IOException | RuntimeException unwritable) {
            // a read-only home folder must not stop a computation
        }
    }

    private Properties read() {
        Properties found = new Properties();
        try (InputStream in = Files.newInputStream(file)) {
            found.load(in);
        } catch (IOException | IllegalArgumentException absentOrDamaged) {
            return new Properties();
        }
        return environment.equals(found.getProperty(ENVIRONMENT)) ? found : new Properties();
    }

    /** The processor's name where the system tells it, else its architecture. */
    private static String processor() {
        try (Stream<String> lines = Files.lines(Path.of("/proc/cpuinfo"))) {
            return lines.filter(line -> line.startsWith("model name"))
                    .map(line -> line.substring(line.indexOf(':') + 1).strip())
                    .findFirst()
                    .orElse(System.getProperty("os.arch"));
        } catch (IOException | RuntimeException untold) {
            return System.getProperty("os.arch");
        }
    }
}
