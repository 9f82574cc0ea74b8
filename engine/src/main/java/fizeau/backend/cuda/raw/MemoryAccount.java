// SPDX-License-Identifier: Apache-2.0
package fizeau.backend.cuda.raw;

/** Bytes of device memory that one context's owners hold. Confined to the context's thread. */
public final class MemoryAccount {

    private long liveBytes;
    private long peakBytes;

    MemoryAccount() {}

    void add(long bytes) {
        liveBytes += bytes;
        peakBytes = Math.max(peakBytes, liveBytes);
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
}
