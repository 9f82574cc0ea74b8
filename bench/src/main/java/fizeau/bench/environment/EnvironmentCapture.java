// SPDX-License-Identifier: Apache-2.0
package fizeau.bench.environment;

import static fizeau.bench.environment.Environment.UNKNOWN;

import fizeau.nativeconfig.NvidiaDriver;
import fizeau.nativeconfig.Settings;
import java.lang.management.GarbageCollectorMXBean;
import java.lang.management.ManagementFactory;
import java.net.URISyntaxException;
import java.nio.file.FileSystemNotFoundException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.CodeSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalLong;
import java.util.TreeMap;

/** Fills an {@link Environment} from the machine that {@link Settings} show and from the running virtual machine. */
final class EnvironmentCapture {

    /** Pools that matter here: OpenMP (libtorch), OpenBLAS, MKL (Python peers); and how their threads wait. */
    private static final List<String> THREAD_VARIABLES = List.of(
            "OMP_NUM_THREADS",
            "OMP_WAIT_POLICY",
            "GOMP_SPINCOUNT",
            "OMP_PROC_BIND",
            "GOMP_SPINCOUNT",
            "GOMP_CPU_AFFINITY",
            "OPENBLAS_NUM_THREADS",
            "MKL_NUM_THREADS");

    private final Settings settings;

    EnvironmentCapture(Settings settings) {
        this.settings = settings;
    }

    Environment capture(List<String> arguments) {
        Hardware hardware = Hardware.detect();
        Cgroup cgroup = Cgroup.read(settings);
        return new Environment(
                processor(hardware),
                new Environment.Memory(physicalMemory(hardware), boxed(SystemMemory.availableMemoryBytes(settings))),
                new Environment.Container(boxed(cgroup.memoryLimitBytes()), boxed(cgroup.processors())),
                operatingSystem(),
                jvm(),
                LibraryVersions.onClassPath(),
                gpu(NvidiaDriver.read(settings)),
                GitState.of(codeFolder()),
                arguments,
                loadAverage(),
                threadVariables());
    }

    private Environment.Processor processor(Hardware hardware) {
        Optional<String> information = settings.text("proc/cpuinfo");
        return new Environment.Processor(
                information
                        .flatMap(text -> VectorLevel.field(text, "model name"))
                        .or(hardware::processorName)
                        .orElse(UNKNOWN),
                hardware.physicalCores().orElse(null),
                hardware.logicalCores().orElse(null),
                Runtime.getRuntime().availableProcessors(),
                hardware.caches(),
                information.flatMap(VectorLevel::of).orElse(UNKNOWN),
                settings.text("sys/devices/system/cpu/cpu0/cpufreq/scaling_governor")
                        .map(String::strip)
                        .orElse(UNKNOWN));
    }

    private Long physicalMemory(Hardware hardware) {
        OptionalLong total = SystemMemory.physicalMemoryBytes(settings);
        return total.isPresent() ? boxed(total) : hardware.memoryBytes().orElse(null);
    }

    private Environment.OperatingSystem operatingSystem() {
        String name = settings.text("etc/os-release")
                .flatMap(EnvironmentCapture::prettyName)
                .or(() -> settings.property("os.name"))
                .orElse(UNKNOWN);
        return new Environment.OperatingSystem(name, property("os.version"), property("os.arch"));
    }

    private static Optional<String> prettyName(String release) {
        return release.lines()
                .filter(line -> line.startsWith("PRETTY_NAME="))
                .map(line -> line.substring("PRETTY_NAME=".length()).replace("\"", ""))
                .findFirst();
    }

    private Environment.Jvm jvm() {
        return new Environment.Jvm(
                property("java.runtime.version"),
                property("java.vendor"),
                property("java.vm.name") + ", " + property("java.vm.info"),
                ManagementFactory.getRuntimeMXBean().getInputArguments().stream()
                        .filter(flag -> !flag.startsWith(Environment.HOME_FLAG))
                        .toList(),
                ManagementFactory.getGarbageCollectorMXBeans().stream()
                        .map(GarbageCollectorMXBean::getName)
                        .toList(),
                Runtime.getRuntime().maxMemory());
    }

    private static Environment.Gpu gpu(NvidiaDriver driver) {
        return new Environment.Gpu(driver.version().orElse(driver.present() ? UNKNOWN : "none"), driver.devices());
    }

    /** The folder of the running classes, not the working folder: that may belong to another repository. */
    private static Path codeFolder() {
        CodeSource source = Environment.class.getProtectionDomain().getCodeSource();
        if (source == null) {
            return Path.of("");
        }
        try {
            Path code = Path.of(source.getLocation().toURI());
            return Files.isDirectory(code) ? code : code.getParent();
        } catch (URISyntaxException | IllegalArgumentException | FileSystemNotFoundException notAFile) {
            return Path.of("");
        }
    }

    private List<Double> loadAverage() {
        List<Double> averages = new ArrayList<>();
        settings.text("proc/loadavg").ifPresent(text -> {
            String[] words = text.strip().split("\\s+");
            for (int i = 0; i < 3 && words.length >= 3; i++) {
                averages.add(Double.valueOf(words[i]));
            }
        });
        double oneMinute = ManagementFactory.getOperatingSystemMXBean().getSystemLoadAverage();
        return averages.isEmpty() && oneMinute >= 0 ? List.of(oneMinute) : averages;
    }

    private Map<String, String> threadVariables() {
        Map<String, String> set = new TreeMap<>();
        THREAD_VARIABLES.forEach(name -> settings.variable(name).ifPresent(value -> set.put(name, value)));
        return set;
    }

    private String property(String name) {
        return settings.property(name).orElse(UNKNOWN);
    }

    private static Long boxed(OptionalLong value) {
        return value.isPresent() ? value.getAsLong() : null;
    }

    private static Double boxed(OptionalDouble value) {
        return value.isPresent() ? value.getAsDouble() : null;
    }
}
