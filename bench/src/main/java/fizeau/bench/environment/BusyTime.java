// SPDX-License-Identifier: Apache-2.0
package fizeau.bench.environment;

import fizeau.nativeconfig.Settings;
import java.util.Optional;

/**
 * Time that all processes of the machine together have computed, as a counter since boot.
 *
 * @param busyNanos of all processors: user, nice, system and interrupts
 * @param totalNanos all time of all processors, idle and stolen time included
 */
public record BusyTime(long busyNanos, long totalNanos) {

    /** Columns of the "cpu" line: user, nice, system, idle, I/O wait, interrupts, soft interrupts, steal. */
    private static final int COLUMNS = 8;

    private static final int IDLE = 4;
    private static final int IO_WAIT = 5;
    private static final int STEAL = 8;

    /** The kernel's unit towards programs is 1/100 s on every architecture. */
    private static final long NANOS_PER_TICK = 10_000_000;

    /** Empty where there is no {@code /proc/stat}. */
    static Optional<BusyTime> read(Settings settings) {
        return settings.text("proc/stat").flatMap(BusyTime::of);
    }

    /** From the text of {@code /proc/stat}; empty when the line of all processors is not in it. */
    public static Optional<BusyTime> of(String stat) {
        String[] words = stat.lines()
                .filter(text -> text.startsWith("cpu "))
                .findFirst()
                .orElse("")
                .split("\\s+");
        if (words.length < COLUMNS + 1) {
            return Optional.empty();
        }
        long busy = 0;
        long total = 0;
        for (int column = 1; column <= COLUMNS; column++) {
            long ticks = Long.parseLong(words[column]);
            total += ticks;
            busy += column == IDLE || column == IO_WAIT || column == STEAL ? 0 : ticks;
        }
        return Optional.of(new BusyTime(busy * NANOS_PER_TICK, total * NANOS_PER_TICK));
    }
}
