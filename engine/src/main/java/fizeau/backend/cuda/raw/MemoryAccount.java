// SPDX-License-Identifier: Apache-2.0
package fizeau.backend.cuda.raw;

/** Bytes of device memory that one context's owners hold. Confined to the context's thread. */
public final class MemoryAccount {

    private long liveBytes;
    private long peakBytes;
    private long markedBytes;

    MemoryAccount() {}

    void add(long bytes) {
        liveBytes += bytes;
        peakBytes = Math.max(peakBytes, liveBytes);
        markedBytes = Math.max(markedBytes, liveBytes);
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
        long most = markedBytes;
        markedBytes = liveBytes;
        return most;
    }
}
