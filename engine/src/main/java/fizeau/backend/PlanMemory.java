// SPDX-License-Identifier: Apache-2.0
package fizeau.backend;

import fizeau.image.AtomicFile;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.Properties;
import java.util.function.Supplier;
import java.util.stream.Stream;

/**
 * Remembers on disk which plan was the fastest, for the environment it was timed in. A file of another environment, a
 * damaged one or none at all is as good as empty; what cannot be written is forgotten. Losing it costs a few timings.
 */
public final class PlanMemory {

    /** System property: a folder for the file, or {@code off}. */
    public static final String PROPERTY = "fizeau.plans";

    private static final String CPU_FILE = "plans.properties";
    private static final String CUDA_FILE = "plans-cuda.properties";
    private static final String ENVIRONMENT = "environment";

    private final Path file;
    private final String environment;
    private final Properties plans = new Properties();

    private PlanMemory(Path file, String environment) {
        this.file = file;
        this.environment = environment;
    }

    /** Remembers nothing beyond the process. */
    public static PlanMemory none() {
        return new PlanMemory(null, "");
    }

    /** What was remembered in a folder, which need not exist yet, for one environment. */
    public static PlanMemory open(Path folder, String environment) {
        return openFile(folder.resolve(CPU_FILE), environment);
    }

    private static PlanMemory openFile(Path file, String environment) {
        PlanMemory memory = new PlanMemory(file, environment);
        memory.plans.putAll(memory.read());
        return memory;
    }

    /** The CPU's memory, in the folder that the system property names, by default in the user's cache folder. */
    public static PlanMemory ofUser(String libraries) {
        return ofUser(CPU_FILE, libraries);
    }

    /** The same of a GPU, described with its driver and libraries. */
    public static PlanMemory ofUsersGpu(String description) {
        return ofUser(CUDA_FILE, description);
    }

    private static PlanMemory ofUser(String name, String libraries) {
        return UserCache.folder(PROPERTY)
                .map(folder -> openFile(folder.resolve(name), environment(libraries)))
                .orElseGet(PlanMemory::none);
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

    /** What was remembered of a shape. */
    public Optional<Plan> find(String key) {
        String word = plans.getProperty(key, "");
        return Stream.of(Plan.values()).filter(plan -> plan.word().equals(word)).findFirst();
    }

    /** What was remembered of a shape; otherwise measures and remembers it. */
    public Plan find(String key, Supplier<Plan> measurement) {
        return find(key).orElseGet(() -> {
            Plan fastest = measurement.get();
            put(key, fastest);
            return fastest;
        });
    }

    /** Remembers the fastest plan of a shape. */
    public void put(String key, Plan plan) {
        plans.setProperty(key, plan.word());
        if (file == null) {
            return;
        }
        Properties all = read(); // another process may have added some since
        all.putAll(plans);
        all.setProperty(ENVIRONMENT, environment);
        try {
            Files.createDirectories(file.getParent());
            AtomicFile.write(file, out -> all.store(out, "fastest transform plans, by size of box"));
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
