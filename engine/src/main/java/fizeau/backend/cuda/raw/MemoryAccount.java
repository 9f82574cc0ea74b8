// SPDX-License-Identifier: Apache-2.0
package fizeau.backend.cuda.raw;

import java.util.ArrayList;
import java.util.List;

/** Bytes of device memory that one context's owners hold. Confined to the context's thread. */
public final class MemoryAccount {

    private final List<Watch> watches = new ArrayList<>();
    private long liveBytes;
    private long peakBytes;

    private final Watch sinceTaken = watch();

    MemoryAccount() {}

    void add(long bytes) {
        liveBytes += bytes;
        peakBytes = Math.max(peakBytes, liveBytes);
        watches.forEach(Watch::look);
    }

    void subtract(long bytes) {
        liveBytes -= bytes;
    }

    /** Held now. */
    public long liveBytes() {
        return liveBytes;
    }

    /** The most that was ever held. */
    public long peakBytes() {
        return peakBytes;
    }

    /** The most that was held since the last call; the mark then starts anew from what is held now. */
    public long takePeakBytes() {
        return sinceTaken.take();
    }

    /** Begins to watch what comes on top of what is held now. */
    public Watch watch() {
        Watch begun = new Watch();
        watches.add(begun);
        return begun;
    }

    /** The most that was held beyond what was there at its beginning, whoever holds it. Closing ends it, and holds nothing up. */
    public final class Watch implements AutoCloseable {

        private final long start = liveBytes;
        private long most = liveBytes;

        private Watch() {}

        private void look() {
            most = Math.max(most, liveBytes);
        }

        public long peakBytes() {
            return most - start;
        }

        private long take() {
            long taken = most;
            most = liveBytes;
            return taken;
        }

        @Override
        public void close() {
            watches.remove(this);
        }
    }
}
