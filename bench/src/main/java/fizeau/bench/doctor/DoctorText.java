// SPDX-License-Identifier: Apache-2.0
package fizeau.bench.doctor;

import fizeau.bench.environment.Environment;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;

/** Lays a report out for a terminal. */
final class DoctorText {

    private static final String LABEL = "%-14s%s";

    private final DoctorReport report;
    private final List<String> lines = new ArrayList<>();

    DoctorText(DoctorReport report) {
        this.report = report;
    }

    String render() {
        Environment environment = report.environment();
        label("Java", java(environment.jvm()));
        label(
                "System",
                environment.system().name() + ", kernel " + environment.system().kernel() + ", "
                        + environment.system().architecture());
        label("Processor", processor(environment.processor(), environment.container()));
        if (!environment.processor().caches().isEmpty()) {
            label("Caches", caches(environment.processor().caches()));
        }
        label("Memory", memory(environment));
        label("libtorch", libtorch());
        label("OpenBLAS", environment.libraries().getOrDefault("OpenBLAS", Environment.UNKNOWN));
        label("Native cache", nativeCache());
        label("Python", python());
        label("Commit", commit(environment));
        lines.add("");
        lines.add("CUDA");
        report.cuda().search().forEach(line -> lines.add("  " + line));
        lines.add("");
        label(
                "Would run",
                "--device auto -> " + report.device().name() + ", because "
                        + report.device().because());
        if (report.warnings().isEmpty()) {
            label("Warnings", "none");
        } else {
            lines.add("Warnings");
            report.warnings().forEach(warning -> lines.add("  - " + warning));
        }
        return String.join("\n", lines) + "\n";
    }

    private void label(String label, String text) {
        lines.add(String.format(LABEL, label, text));
    }

    private static String java(Environment.Jvm jvm) {
        return jvm.version() + " (" + jvm.vendor() + "), " + jvm.name() + "; heap up to "
                + Units.bytes(jvm.maximumHeapBytes());
    }

    private static String processor(Environment.Processor processor, Environment.Container container) {
        String cores = count(processor.physicalCores(), "core") + ", "
                + count(processor.logicalCores(), "hardware thread") + ", " + processor.usableProcessors() + " usable";
        String limit = container.processorLimit() == null ? "" : " (limit " + container.processorLimit() + ")";
        return processor.model() + ", " + cores + limit + ", " + processor.vectorLevel() + ", governor "
                + processor.governor();
    }

    private static String count(Integer number, String noun) {
        return number == null ? "unknown number of " + noun + "s" : number + " " + noun + (number == 1 ? "" : "s");
    }

    private static String caches(List<Environment.Cache> caches) {
        return caches.stream()
                .map(cache -> "L" + cache.level() + " " + cache.kind() + " " + Units.bytes(cache.bytes()))
                .collect(Collectors.joining(", "));
    }

    private static String memory(Environment environment) {
        Long limit = environment.container().memoryLimitBytes();
        return bytes(environment.memory().physicalBytes()) + ", available "
                + bytes(environment.memory().availableBytes())
                + (limit == null ? "" : ", container limit " + Units.bytes(limit));
    }

    private static String bytes(Long bytes) {
        return bytes == null ? Environment.UNKNOWN : Units.bytes(bytes);
    }

    private String libtorch() {
        DoctorReport.Libtorch libtorch = report.libtorch();
        if (!libtorch.loaded()) {
            return "does not load: " + libtorch.problem();
        }
        return libtorch.info().version() + ", "
                + count(libtorch.info().threads(), "thread") + ", "
                + libtorch.info().vectorLevel();
    }

    private String nativeCache() {
        DoctorReport.NativeCache cache = report.nativeCache();
        return cache.folder() + ", " + (cache.writable() ? "writable" : "NOT writable") + ", "
                + (cache.freeBytes() == null ? "free space unknown" : Units.bytes(cache.freeBytes()) + " free")
                + (cache.unpacked() ? "" : ", libtorch not unpacked yet");
    }

    private String python() {
        DoctorReport.Python python = report.python();
        if (python.problem() != null) {
            return python.problem();
        }
        return python.version() + " (" + python.executable() + "), "
                + (python.torch() == null ? "without torch" : "torch " + python.torch());
    }

    private static String commit(Environment environment) {
        Boolean dirty = environment.git().dirty();
        String state = dirty == null ? "" : dirty ? ", with local changes" : ", clean";
        return environment.git().commit() + state;
    }
}
