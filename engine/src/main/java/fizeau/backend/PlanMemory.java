// SPDX-License-Identifier: Apache-2.0
package fizeau.backend;

import java.nio.file.Path;
import java.util.Optional;
import java.util.function.Supplier;
import java.util.stream.Stream;

/** Remembers on disk which plan was the fastest, for the environment it was timed in; see {@link TimingMemory}. */
public final class PlanMemory {

    /** System property: a folder for the file, or {@code off}. */
    public static final String PROPERTY = TimingMemory.PROPERTY;

    private static final String CPU_FILE = "plans.properties";
    private static final String CUDA_FILE = "plans-cuda.properties";

    private final TimingMemory memory;

    private PlanMemory(TimingMemory memory) {
        this.memory = memory;
    }

    /** Remembers nothing beyond the process. */
    public static PlanMemory none() {
        return new PlanMemory(TimingMemory.none());
    }

    /** What was remembered in a folder, which need not exist yet, for one environment. */
    public static PlanMemory open(Path folder, String environment) {
        return new PlanMemory(TimingMemory.open(folder.resolve(CPU_FILE), environment));
    }

    /** The CPU's memory, in the folder that the system property names, by default in the user's cache folder. */
    public static PlanMemory ofUser(String libraries) {
        return new PlanMemory(TimingMemory.ofUser(CPU_FILE, libraries));
    }

    /** The same of a GPU, described with its driver and libraries. */
    public static PlanMemory ofUsersGpu(String description) {
        return new PlanMemory(TimingMemory.ofUser(CUDA_FILE, description));
    }

    /** What was remembered of a shape. */
    public Optional<Plan> find(String key) {
        String word = memory.find(key).orElse("");
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
        memory.put(key, plan.word());
    }
}
