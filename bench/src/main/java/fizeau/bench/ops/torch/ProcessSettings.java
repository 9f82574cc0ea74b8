// SPDX-License-Identifier: Apache-2.0
package fizeau.bench.ops.torch;

import com.sun.jna.NativeLibrary;
import fizeau.bench.eager.EagerThreads;
import fizeau.bench.ops.Schedule;

/** What a schedule says about the whole process. */
public final class ProcessSettings {
    /** glibc's parameters of mallopt(3). */
    private static final int TRIM_THRESHOLD = -1;

    private static final int MOST_MAPPED_BLOCKS = -4;

    private ProcessSettings() {}

    /** Sets thread counts, and lets the allocator keep freed memory if the schedule wants it; the latter stays. */
    static void apply(Schedule schedule) {
        new EagerThreads.Setting(schedule.openMp(), schedule.openBlas()).apply();
        if (schedule.keepMemory()) {
            keepMemory();
        }
    }

    /**
     * Large blocks are otherwise mapped anew in each call and their pages zeroed one fault at a time: several milliseconds
     * for an output of 50 MB. The threshold beyond which blocks are mapped cannot be set above 32 MiB, their number can
     * be set to none.
     *
     * @throws IllegalStateException where the C library has no such call or refuses
     */
    public static void keepMemory() {
        try {
            NativeLibrary c = NativeLibrary.getInstance("c");
            set(c, MOST_MAPPED_BLOCKS, 0);
            set(c, TRIM_THRESHOLD, Integer.MAX_VALUE);
        } catch (UnsatisfiedLinkError e) {
            throw new IllegalStateException("the C library has no mallopt, so memory cannot be kept", e);
        }
    }

    private static void set(NativeLibrary c, int parameter, int value) {
        if (c.getFunction("mallopt").invokeInt(new Object[] {parameter, value}) == 0) {
            throw new IllegalStateException("mallopt refuses " + value + " for parameter " + parameter);
        }
    }
}
