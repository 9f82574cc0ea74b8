// SPDX-License-Identifier: Apache-2.0
package fizeau.backend.cuda;

import fizeau.backend.cuda.raw.CudaEvent;
import fizeau.backend.cuda.raw.CudaStream;

/** Times queued work by the device's own clock. */
final class DeviceTimer {

    private static final int REPEATS = 5;

    private DeviceTimer() {}

    /** Nanoseconds of the fastest of a few tries, because nothing makes work faster than it is. */
    static double fastestNanos(CudaSession session, Runnable work) {
        CudaStream stream = session.stream();
        try (CudaEvent start = CudaEvent.open(session.context());
                CudaEvent end = CudaEvent.open(session.context())) {
            double best = Double.POSITIVE_INFINITY;
            for (int i = 0; i <= REPEATS; i++) {
                start.record(stream);
                work.run();
                end.record(stream);
                end.synchronize();
                if (i > 0) { // the first loads what is loaded late
                    best = Math.min(best, end.nanosSince(start));
                }
            }
            return best;
        }
    }
}
