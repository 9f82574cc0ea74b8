// SPDX-License-Identifier: Apache-2.0
package fizeau.bench.environment;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.MappedByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.util.OptionalLong;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

class ProcessAndSystemTest {

    @TempDir
    Path root;

    private FakeMachine machine;

    @BeforeEach
    void machine() {
        machine = new FakeMachine(root);
    }

    @Test
    void residentMemoryIsReadInKibibytes() {
        machine.with("proc/self/status", "Name:\tjava\nVmPeak:\t  900 kB\nVmHWM:\t     200 kB\nVmRSS:\t     150 kB\n");

        ProcessMemory memory = ProcessMemory.read(machine.settings());

        assertThat(memory.residentBytes()).hasValue(150 * 1024);
        assertThat(memory.peakResidentBytes()).hasValue(200 * 1024);
    }

    @Test
    void withoutProcNothingIsGuessed() {
        assertThat(ProcessMemory.read(machine.settings()))
                .isEqualTo(new ProcessMemory(OptionalLong.empty(), OptionalLong.empty()));
        assertThat(StealTime.read(machine.settings())).isEmpty();
        assertThat(SystemMemory.availableMemoryBytes(machine.settings())).isEmpty();
    }

    @Test
    @EnabledOnOs(OS.LINUX)
    void thePeakOfThisProcessGrowsWithTheMemoryItTouches(@TempDir Path folder) throws IOException {
        long before = ProcessMemory.now().peakResidentBytes().orElseThrow();
        long headroom = before - ProcessMemory.now().residentBytes().orElseThrow();
        assumeTrue(headroom < 1L << 30, "earlier tests of this process reached a peak that is too high to surpass");
        long bytes = headroom + (48L << 20);
        // Pages of a file: memory from malloc may be resident already, kept from earlier tests.
        try (RandomAccessFile file =
                new RandomAccessFile(folder.resolve("holes").toFile(), "rw")) {
            file.setLength(bytes);
            MappedByteBuffer touched = file.getChannel()
                    .map(FileChannel.MapMode.READ_ONLY, 0, bytes)
                    .load();
            long after = ProcessMemory.now().peakResidentBytes().orElseThrow();
            assertThat(touched.get(touched.capacity() - 1)).isZero();
            assertThat(after - before).isGreaterThan(24L << 20);
        }
    }

    @Test
    void availableMemoryIsTheSmallerOfMachineAndContainer() {
        machine.with("proc/meminfo", "MemTotal:       1000 kB\nMemFree:  1 kB\nMemAvailable:    800 kB\n");
        assertThat(SystemMemory.availableMemoryBytes(machine.settings())).hasValue(800 * 1024);
        assertThat(SystemMemory.physicalMemoryBytes(machine.settings())).hasValue(1000 * 1024);

        machine.with("proc/self/cgroup", "0::/\n").with("sys/fs/cgroup/memory.max", "4096\n");
        assertThat(SystemMemory.availableMemoryBytes(machine.settings())).hasValue(4096);
    }

    @Test
    void stealIsAShareOfAllTicksWithoutCountingGuestTimeTwice() {
        machine.with("proc/stat", "cpu  10 0 5 100 2 1 2 30 7 7\ncpu0 1 1 1 1 1 1 1 1 1 1\n");
        StealTime earlier = StealTime.read(machine.settings()).orElseThrow();
        assertThat(earlier).isEqualTo(new StealTime(30, 150));

        machine.with("proc/stat", "cpu  40 0 5 150 2 1 2 50 9 9\n");
        StealTime later = StealTime.read(machine.settings()).orElseThrow();

        assertThat(later.shareSince(earlier).orElseThrow()).isCloseTo(0.2, within(1e-12));
        assertThat(later.shareSince(later)).isEmpty();
    }

    @Test
    void aShortOrForeignStatFileGivesNoReading() {
        machine.with("proc/stat", "cpu  1 2 3\n");

        assertThat(StealTime.read(machine.settings())).isEmpty();
    }
}
