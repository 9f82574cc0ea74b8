// SPDX-License-Identifier: Apache-2.0
package fizeau.bench.environment;

import com.fasterxml.jackson.annotation.JsonInclude;
import fizeau.nativeconfig.Settings;
import java.util.List;
import java.util.Map;

/**
 * The environment capsule: what one has to know about the machine and the process to read a measured number. It names no
 * host and no user. Numbers that the machine does not tell are null and left out of the JSON; words are "unknown".
 *
 * @param processor the CPU
 * @param memory main memory, before the run
 * @param container limits set by control groups
 * @param system operating system
 * @param jvm the Java virtual machine and how it was started
 * @param libraries versions by name, of what is on the class path
 * @param gpu driver and cards, from files of the driver
 * @param git state of the source tree that the running code comes from
 * @param arguments command-line arguments of the program
 * @param loadAverage runnable tasks over the last 1, 5 and 15 minutes, before the run; empty where unknown
 * @param threadVariables those environment variables that steer thread pools, as they are set
 */
public record Environment(
        Processor processor,
        Memory memory,
        Container container,
        OperatingSystem system,
        Jvm jvm,
        Map<String, String> libraries,
        Gpu gpu,
        GitState git,
        List<String> arguments,
        List<Double> loadAverage,
        Map<String, String> threadVariables) {

    /** Where the project lies: the script tells the bench, and no record needs it. */
    public static final String HOME_FLAG = "-Dfizeau.home=";

    /** What stands for a word that the machine does not tell. */
    public static final String UNKNOWN = "unknown";

    public Environment {
        arguments = List.copyOf(arguments);
        loadAverage = List.copyOf(loadAverage);
    }

    /**
     * Looks at this machine and this process. Takes some tenths of a second, two child processes of git included: call it
     * once and outside timed windows.
     *
     * @param arguments command-line arguments of the program
     */
    public static Environment capture(List<String> arguments) {
        return new EnvironmentCapture(Settings.ofProcess()).capture(arguments);
    }

    /**
     * The CPU.
     *
     * @param model as the vendor calls it
     * @param physicalCores cores of the machine
     * @param logicalCores hardware threads of the machine
     * @param usableProcessors what the JVM may use: affinity and container limits applied
     * @param caches per level and kind; empty where unknown
     * @param vectorLevel widest vector instructions, for example "AVX2"
     * @param governor frequency policy of the first core
     */
    @JsonInclude(JsonInclude.Include.NON_NULL)
    public record Processor(
            String model,
            Integer physicalCores,
            Integer logicalCores,
            int usableProcessors,
            List<Cache> caches,
            String vectorLevel,
            String governor) {

        public Processor {
            caches = List.copyOf(caches);
        }
    }

    /** One CPU cache, of one core or of one group of cores that share it. */
    public record Cache(int level, String kind, long bytes) {}

    /** Main memory in bytes; available: what could be used now without swapping, container limits applied. */
    @JsonInclude(JsonInclude.Include.NON_NULL)
    public record Memory(Long physicalBytes, Long availableBytes) {}

    /** Limits of the control group: null means that none is set or none is visible. */
    @JsonInclude(JsonInclude.Include.NON_NULL)
    public record Container(Long memoryLimitBytes, Double processorLimit) {}

    /** Operating system and kernel. */
    public record OperatingSystem(String name, String kernel, String architecture) {}

    /**
     * The virtual machine.
     *
     * @param version of the Java runtime
     * @param vendor of the runtime
     * @param name of the virtual machine and its mode
     * @param flags arguments the virtual machine was started with
     * @param collectors its garbage collectors
     * @param maximumHeapBytes heap limit
     */
    public record Jvm(
            String version,
            String vendor,
            String name,
            List<String> flags,
            List<String> collectors,
            long maximumHeapBytes) {

        public Jvm {
            flags = List.copyOf(flags);
            collectors = List.copyOf(collectors);
        }
    }

    /** NVIDIA cards; driver "none" when there is no driver. */
    public record Gpu(String driver, List<String> devices) {

        public Gpu {
            devices = List.copyOf(devices);
        }
    }
}
