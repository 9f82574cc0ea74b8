// SPDX-License-Identifier: Apache-2.0
package fizeau.bench.environment;

import fizeau.nativeconfig.Settings;
import java.util.Optional;
import java.util.OptionalDouble;

/**
 * Time that the hypervisor gave to others while this machine wanted to run, as a counter since boot. Two readings bound a
 * window: {@code StealTime.now()} before and after, then {@link #shareSince}.
 *
 * @param stealJiffies stolen ticks of all processors
 * @param totalJiffies all ticks of all processors: user, nice, system, idle, I/O wait, interrupts and steal
 */
public record StealTime(long stealJiffies, long totalJiffies) {

    /** Columns of the "cpu" line up to and including steal; guest time, after it, is already part of user time. */
    private static final int COLUMNS = 8;

    /** Empty where there is no {@code /proc/stat}. */
    public static Optional<StealTime> now() {
        return read(Settings.ofProcess());
    }

    static Optional<StealTime> read(Settings settings) {
        return settings.text("proc/stat").flatMap(StealTime::of);
    }

    /**
     * Stolen part of the processor time since an earlier reading, from 0 to 1; empty when no tick (10 ms, usually) has
     * passed between the two.
     */
    public OptionalDouble shareSince(StealTime earlier) {
        long total = totalJiffies - earlier.totalJiffies;
        long steal = stealJiffies - earlier.stealJiffies;
        return total <= 0
                ? OptionalDouble.empty()
                : OptionalDouble.of(Math.min(1, Math.max(0, (double) steal / total)));
    }

    /** From the text of {@code /proc/stat}; empty when the line of all processors is not in it. */
    public static Optional<StealTime> of(String stat) {
        Optional<String> line =
                stat.lines().filter(text -> text.startsWith("cpu ")).findFirst();
        String[] words = line.orElse("").split("\\s+");
        if (words.length < COLUMNS + 1) {
            return Optional.empty();
        }
        long total = 0;
        for (int column = 1; column <= COLUMNS; column++) {
            total += Long.parseLong(words[column]);
        }
        return Optional.of(new StealTime(Long.parseLong(words[COLUMNS]), total));
    }
}
