// SPDX-License-Identifier: Apache-2.0
package fizeau.bench.infer.run;

import fizeau.bench.environment.ProcessMemory;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.OptionalLong;

/** The most memory that this process holds from some moment on. Where the system does not tell, it says nothing. */
final class PeakMemory {
    private static final Path MARKS = Path.of("/proc/self/clear_refs");
    private static final Path FIRST_VICTIM = Path.of("/proc/self/oom_score_adj");

    /** proc(5): sets the high-water mark back to what is held now. */
    private static final String RESET_PEAK = "5";

    private static final String MOST_WILLING = "1000";

    private final OptionalLong held;
    private final boolean reset;

    private PeakMemory(OptionalLong held, boolean reset) {
        this.held = held;
        this.reset = reset;
    }

    /** From now on. */
    static PeakMemory start() {
        boolean reset = write(MARKS, RESET_PEAK);
        return new PeakMemory(ProcessMemory.now().residentBytes(), reset);
    }

    /** Most bytes beyond those held at the start; null where unknown. */
    Long beyondStart() {
        OptionalLong peak = ProcessMemory.now().peakResidentBytes();
        return reset && held.isPresent() && peak.isPresent()
                ? (Long) Math.max(0, peak.getAsLong() - held.getAsLong())
                : null;
    }

    /** Most bytes of the process; null where unknown. */
    static Long whole() {
        OptionalLong peak = ProcessMemory.now().peakResidentBytes();
        return peak.isPresent() ? (Long) peak.getAsLong() : null;
    }

    /** When memory runs out, this process ends before any other: it is the one that asks for too much. */
    static void volunteer() {
        write(FIRST_VICTIM, MOST_WILLING);
    }

    private static boolean write(Path file, String text) {
        try {
            Files.writeString(file, text);
            return true;
        } catch (IOException notLinux) {
            return false;
        }
    }
}
