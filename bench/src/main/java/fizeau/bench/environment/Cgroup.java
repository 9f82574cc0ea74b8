// SPDX-License-Identifier: Apache-2.0
package fizeau.bench.environment;

import fizeau.nativeconfig.Settings;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalLong;

/**
 * Limits that Linux control groups of either version put on this process. A limit of any group above the process counts:
 * the smallest is given.
 *
 * @param memoryLimitBytes the memory limit
 * @param memoryHeadroomBytes what is left of it; file pages the kernel can drop count as left
 * @param processors CPU time per time, in processors
 */
record Cgroup(OptionalLong memoryLimitBytes, OptionalLong memoryHeadroomBytes, OptionalDouble processors) {

    /** Version 1 says "no limit" by the largest page count; no machine has an exbibyte. */
    private static final long NO_LIMIT = 1L << 60;

    /** Names of the files of one version, and how its processor limit is written. */
    private record Layout(String mount, String limit, String usage, String droppable, boolean unified) {}

    private static final Layout MEMORY_1 = new Layout(
            "sys/fs/cgroup/memory", "memory.limit_in_bytes", "memory.usage_in_bytes", "total_inactive_file", false);
    private static final Layout CPU_1 = new Layout("sys/fs/cgroup/cpu", "", "", "", false);
    private static final Layout UNIFIED =
            new Layout("sys/fs/cgroup", "memory.max", "memory.current", "inactive_file", true);

    static Cgroup read(Settings settings) {
        Optional<String> groups = settings.text("proc/self/cgroup");
        if (groups.isEmpty()) {
            return new Cgroup(OptionalLong.empty(), OptionalLong.empty(), OptionalDouble.empty());
        }
        Optional<String> memoryGroup = groupOf("memory", groups.get());
        Optional<String> cpuGroup = groupOf("cpu", groups.get());
        String unifiedGroup = groupOf("", groups.get()).orElse("/");

        OptionalLong limit = OptionalLong.empty();
        OptionalLong headroom = OptionalLong.empty();
        Layout memory = memoryGroup.isPresent() ? MEMORY_1 : UNIFIED;
        for (String folder : upwards(memory.mount(), memoryGroup.orElse(unifiedGroup))) {
            OptionalLong here = number(settings, folder + "/" + memory.limit());
            if (here.isPresent() && here.getAsLong() < NO_LIMIT) {
                limit = smaller(limit, here.getAsLong());
                headroom = smaller(headroom, Math.max(0, here.getAsLong() - held(settings, folder, memory)));
            }
        }
        OptionalDouble processors = OptionalDouble.empty();
        Layout cpu = cpuGroup.isPresent() ? CPU_1 : UNIFIED;
        for (String folder : upwards(cpu.mount(), cpuGroup.orElse(unifiedGroup))) {
            OptionalDouble here = cpu.unified() ? quota2(settings, folder) : quota1(settings, folder);
            if (here.isPresent()) {
                processors = OptionalDouble.of(Math.min(here.getAsDouble(), processors.orElse(Double.MAX_VALUE)));
            }
        }
        return new Cgroup(limit, headroom, processors);
    }

    /** Lines read {@code number:controller,controller:/path}; version 2 has one line without controllers. */
    private static Optional<String> groupOf(String controller, String groups) {
        return groups.lines()
                .map(line -> line.split(":", 3))
                .filter(parts ->
                        parts.length == 3 && List.of(parts[1].split(",")).contains(controller))
                .map(parts -> parts[2])
                .findFirst();
    }

    /** The group's folder and all above it up to the mount point, which inside a container is the container's own. */
    private static List<String> upwards(String mount, String group) {
        List<String> folders = new ArrayList<>();
        String path = group.equals("/") || group.contains("..") ? "" : group;
        while (!path.isEmpty()) {
            folders.add(mount + path);
            path = path.substring(0, Math.max(0, path.lastIndexOf('/')));
        }
        folders.add(mount);
        return folders;
    }

    private static long held(Settings settings, String folder, Layout layout) {
        long usage = number(settings, folder + "/" + layout.usage()).orElse(0);
        long droppable = settings.text(folder + "/memory.stat")
                .flatMap(text -> text.lines()
                        .filter(line -> line.startsWith(layout.droppable() + " "))
                        .findFirst())
                .map(line -> parse(line.substring(layout.droppable().length())).orElse(0))
                .orElse(0L);
        return Math.max(0, usage - droppable);
    }

    private static OptionalDouble quota1(Settings settings, String folder) {
        OptionalLong quota = number(settings, folder + "/cpu.cfs_quota_us");
        OptionalLong period = number(settings, folder + "/cpu.cfs_period_us");
        return share(quota, period);
    }

    private static OptionalDouble quota2(Settings settings, String folder) {
        String[] words = settings.text(folder + "/cpu.max").orElse("").strip().split("\\s+");
        return words.length == 2 ? share(parse(words[0]), parse(words[1])) : OptionalDouble.empty();
    }

    /** A quota of -1 (version 1) or "max" (version 2) is none. */
    private static OptionalDouble share(OptionalLong quota, OptionalLong period) {
        boolean limited = quota.orElse(-1) > 0 && period.orElse(-1) > 0;
        return limited ? OptionalDouble.of((double) quota.getAsLong() / period.getAsLong()) : OptionalDouble.empty();
    }

    private static OptionalLong number(Settings settings, String file) {
        Optional<String> text = settings.text(file);
        return text.isPresent() ? parse(text.get()) : OptionalLong.empty();
    }

    private static OptionalLong parse(String text) {
        try {
            return OptionalLong.of(Long.parseLong(text.strip()));
        } catch (NumberFormatException word) {
            return OptionalLong.empty(); // "max"
        }
    }

    private static OptionalLong smaller(OptionalLong least, long value) {
        return OptionalLong.of(Math.min(least.orElse(Long.MAX_VALUE), value));
    }
}
