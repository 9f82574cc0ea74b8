// SPDX-License-Identifier: Apache-2.0
package fizeau.bench.im2im;

import fizeau.bench.environment.ProcessMemory;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** Memory that is held and its high-water mark, which can be set back: of a process, or of a device. */
public interface ResidentMarks {

    /** Whether the system tells. */
    boolean known();

    /** Bytes now. */
    long resident();

    /** The highest number of bytes since the last call; the mark then starts anew from what is resident. */
    long takePeak();

    /** Of nobody who tells. */
    ResidentMarks UNKNOWN = new ResidentMarks() {
        @Override
        public boolean known() {
            return false;
        }

        @Override
        public long resident() {
            return 0;
        }

        @Override
        public long takePeak() {
            return 0;
        }
    };

    /** Of this process, by {@code /proc/self}; unknown elsewhere. */
    static ResidentMarks ofThisProcess() {
        return new OfProcess();
    }

    /** See proc(5): writing 5 to {@code clear_refs} sets {@code VmHWM} back. */
    final class OfProcess implements ResidentMarks {
        private static final Path CLEAR = Path.of("/proc/self/clear_refs");
        private final boolean known;

        private OfProcess() {
            known = ProcessMemory.now().peakResidentBytes().isPresent() && reset();
        }

        private static boolean reset() {
            try {
                Files.writeString(CLEAR, "5");
                return true;
            } catch (IOException | SecurityException notHere) {
                return false;
            }
        }

        @Override
        public boolean known() {
            return known;
        }

        @Override
        public long resident() {
            return known ? ProcessMemory.now().residentBytes().orElse(0) : 0;
        }

        @Override
        public long takePeak() {
            if (!known) {
                return 0;
            }
            long peak = ProcessMemory.now().peakResidentBytes().orElse(0);
            reset();
            return peak;
        }
    }
}
