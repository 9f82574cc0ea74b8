// SPDX-License-Identifier: Apache-2.0
package fizeau.bench.environment;

import java.util.List;
import java.util.Locale;
import java.util.Optional;
import oshi.SystemInfo;
import oshi.hardware.CentralProcessor;
import oshi.hardware.HardwareAbstractionLayer;

/** What OSHI tells about the hardware, on any operating system; nothing where its native access is not possible. */
record Hardware(
        Optional<String> processorName,
        Optional<Integer> physicalCores,
        Optional<Integer> logicalCores,
        List<Environment.Cache> caches,
        Optional<Long> memoryBytes,
        Optional<Long> availableMemoryBytes) {

    static final Hardware UNKNOWN = new Hardware(
            Optional.empty(), Optional.empty(), Optional.empty(), List.of(), Optional.empty(), Optional.empty());

    static Hardware detect() {
        try {
            HardwareAbstractionLayer hardware = new SystemInfo().getHardware();
            CentralProcessor processor = hardware.getProcessor();
            return new Hardware(
                    Optional.of(processor.getProcessorIdentifier().getName().strip())
                            .filter(name -> !name.isEmpty()),
                    positive(processor.getPhysicalProcessorCount()),
                    positive(processor.getLogicalProcessorCount()),
                    processor.getProcessorCaches().stream().map(Hardware::cache).toList(),
                    Optional.of(hardware.getMemory().getTotal()).filter(bytes -> bytes > 0),
                    Optional.of(hardware.getMemory().getAvailable()).filter(bytes -> bytes > 0));
        } catch (RuntimeException | LinkageError noNativeAccess) {
            return UNKNOWN; // a home or temporary folder in which nothing may be executed, an unsupported system
        }
    }

    private static Optional<Integer> positive(int count) {
        return count > 0 ? Optional.of(count) : Optional.empty();
    }

    private static Environment.Cache cache(CentralProcessor.ProcessorCache cache) {
        return new Environment.Cache(
                cache.getLevel(), cache.getType().name().toLowerCase(Locale.ROOT), cache.getCacheSize());
    }
}
