// SPDX-License-Identifier: Apache-2.0
package fizeau.bench.protocol;

import fizeau.bench.environment.ProcessMemory;
import java.lang.management.ManagementFactory;
import java.lang.management.MemoryPoolMXBean;
import java.lang.management.MemoryType;
import java.util.OptionalLong;

/**
 * Memory of one process in bytes.
 *
 * @param peakResidentBytes high-water mark of the process, everything included; null where the system does not tell
 * @param nativeBytes native memory that the session accounts for
 * @param peakHeapBytes sum of the high-water marks of the heap's pools, garbage included
 */
public record MemoryUse(Long peakResidentBytes, long nativeBytes, long peakHeapBytes) {

    /** Of a process that was not asked. */
    public static final MemoryUse NONE = new MemoryUse(null, 0, 0);

    /** Reads the marks of this process. */
    public static MemoryUse ofThisProcess(long nativeBytes) {
        OptionalLong resident = ProcessMemory.now().peakResidentBytes();
        long heap = 0;
        for (MemoryPoolMXBean pool : ManagementFactory.getMemoryPoolMXBeans()) {
            if (pool.getType() == MemoryType.HEAP) {
                heap += pool.getPeakUsage().getUsed();
            }
        }
        return new MemoryUse(resident.isPresent() ? resident.getAsLong() : null, nativeBytes, heap);
    }
}
