// SPDX-License-Identifier: Apache-2.0
package fizeau.bench.im2im;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Nested timers and their memory. */
@Tag("alone")
class TimersTest {
    private static final long MEBIBYTE = 1 << 20;

    /** Memory that the test sets. */
    private static final class Pretended implements ResidentMarks {
        private long now = 100 * MEBIBYTE;
        private long mark = now;

        void use(long mebibytes) {
            now = mebibytes * MEBIBYTE;
            mark = Math.max(mark, now);
        }

        @Override
        public boolean known() {
            return true;
        }

        @Override
        public long resident() {
            return now;
        }

        @Override
        public long takePeak() {
            long peak = mark;
            mark = now;
            return peak;
        }
    }

    @Test
    void innerTimersTakeNoPeakFromOuterOnes() {
        Pretended memory = new Pretended();
        memory.use(500); // before anything is timed
        memory.use(100);
        Timers timers = new Timers(memory);
        timers.run("outer", () -> {
            memory.use(300);
            memory.use(120);
            timers.run("first", () -> memory.use(200));
            memory.use(150);
            timers.run("second", () -> {
                memory.use(160);
                memory.use(155);
            });
            memory.use(110);
        });
        assertThat(timers.timings().keySet()).containsExactly("outer", "first", "second");
        assertThat(timers.timings().get("outer").peakMemoryMb()).isEqualTo(300);
        assertThat(timers.timings().get("outer").memoryDeltaMb()).isEqualTo(10);
        assertThat(timers.timings().get("first").peakMemoryMb()).isEqualTo(200);
        assertThat(timers.timings().get("first").memoryDeltaMb()).isEqualTo(80);
        assertThat(timers.timings().get("second").peakMemoryMb()).isEqualTo(160);
        assertThat(timers.timings().get("second").memoryDeltaMb()).isEqualTo(5);
    }

    @Test
    void aWarmUpIsNoPartOfWhatIsAroundIt() {
        Timers timers = new Timers(new Pretended());
        timers.run("whole", () -> {
            timers.run("inner", () -> sleep(20));
            timers.aside("warm_up", () -> sleep(200));
        });
        double whole = timers.timings().get("whole").elapsedSeconds();
        assertThat(whole).isGreaterThanOrEqualTo(timers.timings().get("inner").elapsedSeconds());
        assertThat(timers.timings().get("warm_up").elapsedSeconds()).isGreaterThanOrEqualTo(0.2);
        assertThat(whole).isLessThan(0.2 + timers.timings().get("inner").elapsedSeconds());
    }

    @Test
    void realMemoryIsSeenWhereTheSystemTells() {
        ResidentMarks marks = ResidentMarks.ofThisProcess();
        assumeTrue(marks.known(), "this system has no marks that can be set back");
        Timers timers = new Timers(marks);
        List<byte[]> kept = new ArrayList<>();
        timers.run("outer", () -> {
            timers.run("large", () -> fill(kept, 48));
            kept.clear();
            timers.run("small", () -> fill(kept, 1));
        });
        double large = timers.timings().get("large").peakMemoryMb();
        assertThat(timers.timings().get("outer").peakMemoryMb()).isGreaterThanOrEqualTo(large);
        assertThat(kept).hasSize(1);
    }

    private static void fill(List<byte[]> kept, int mebibytes) {
        for (int i = 0; i < mebibytes; i++) {
            byte[] one = new byte[1 << 20];
            Arrays.fill(one, (byte) 1);
            kept.add(one);
        }
    }

    private static void sleep(long millis) {
        try {
            Thread.sleep(millis);
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }
}
