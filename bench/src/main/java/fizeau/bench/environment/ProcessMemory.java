// SPDX-License-Identifier: Apache-2.0
package fizeau.bench.environment;

import fizeau.nativeconfig.Settings;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * Resident memory of this process: heap, native tensors and mapped libraries alike. Empty values where the operating
 * system has no {@code /proc/self/status}.
 *
 * @param residentBytes now
 * @param peakResidentBytes high-water mark since the process began
 */
public record ProcessMemory(OptionalLong residentBytes, OptionalLong peakResidentBytes) {

    /** Reads one small file. */
    public static ProcessMemory now() {
        return read(Settings.ofProcess());
    }

    static ProcessMemory read(Settings settings) {
        Optional<String> status = settings.text("proc/self/status");
        return new ProcessMemory(KilobyteFields.bytes(status, "VmRSS"), KilobyteFields.bytes(status, "VmHWM"));
    }
}
