// SPDX-License-Identifier: Apache-2.0
package fizeau.bench.environment;

import fizeau.nativeconfig.Settings;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.OptionalLong;

/** Main memory of the machine, as far as this process may use it. */
public final class SystemMemory {
    /**
     * What libtorch, oneDNN, the JVM, XLA, CUDA and its libraries say when memory runs out; infer_peer.py has what reaches
     * Python of it.
     */
    private static final List<String> SHORTAGES = List.of(
            "can't allocate memory",
            "not enough memory",
            "out of memory",
            "out_of_memory",
            "outofmemory",
            "alloc_failed",
            "allocation_failed",
            "resource_exhausted",
            "bad_alloc",
            "could not create a memory object");

    private SystemMemory() {}

    /**
     * Bytes that could be allocated now without swapping: what the kernel estimates, or what the container leaves if that
     * is less. Empty where neither is known.
     */
    public static OptionalLong availableMemoryBytes() {
        OptionalLong known = availableMemoryBytes(Settings.ofProcess());
        if (known.isPresent()) {
            return known;
        }
        Optional<Long> elsewhere = Hardware.detect().availableMemoryBytes();
        return elsewhere.isPresent() ? OptionalLong.of(elsewhere.get()) : OptionalLong.empty();
    }

    /** Whether a message tells of too little memory. */
    public static boolean isShortage(String message) {
        String small = message.toLowerCase(Locale.ROOT);
        return SHORTAGES.stream().anyMatch(small::contains);
    }

    static OptionalLong availableMemoryBytes(Settings settings) {
        OptionalLong machine = KilobyteFields.bytes(settings.text("proc/meminfo"), "MemAvailable");
        OptionalLong container = Cgroup.read(settings).memoryHeadroomBytes();
        if (machine.isPresent() && container.isPresent()) {
            return OptionalLong.of(Math.min(machine.getAsLong(), container.getAsLong()));
        }
        return machine.isPresent() ? machine : container;
    }

    static OptionalLong physicalMemoryBytes(Settings settings) {
        return KilobyteFields.bytes(settings.text("proc/meminfo"), "MemTotal");
    }
}
