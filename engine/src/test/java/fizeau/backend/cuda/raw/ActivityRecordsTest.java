// SPDX-License-Identifier: Apache-2.0
package fizeau.backend.cuda.raw;

import static org.assertj.core.api.Assertions.assertThat;

import fizeau.backend.cuda.raw.DeviceActivity.Kind;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Records of CUPTI, at the offsets of its header. */
class ActivityRecordsTest {

    private static final int AT = 8; // not the start of the buffer

    private final ByteBuffer buffer = ByteBuffer.allocate(256).order(ByteOrder.nativeOrder());

    private Optional<DeviceActivity> read() {
        return ActivityRecords.read(buffer, AT, address -> "kernel at " + address, time -> time + 1000);
    }

    private void times(int kind) {
        buffer.putInt(AT, kind).putLong(AT + 16, 50).putLong(AT + 24, 70);
    }

    @Test
    void aKernelHasNameStreamGraphAndTimes() {
        times(10);
        buffer.putInt(AT + 48, 7).putInt(AT + 92, 99).putLong(AT + 104, 0x1234).putInt(AT + 156, 3);
        assertThat(read()).contains(new DeviceActivity(Kind.KERNEL, "kernel at 4660", 7, 3, 99, 1050, 1070, 0));
    }

    @Test
    void copiesAndFillsHaveBytes() {
        times(1);
        buffer.put(AT + 4, (byte) 2)
                .putLong(AT + 8, 4096)
                .putInt(AT + 40, 7)
                .putInt(AT + 44, 5)
                .putInt(AT + 72, 1);
        assertThat(read()).contains(new DeviceActivity(Kind.COPY, "copy to host", 7, 1, 5, 1050, 1070, 4096));
        times(2);
        assertThat(read()).contains(new DeviceActivity(Kind.FILL, "fill", 7, 1, 5, 1050, 1070, 4096));
        times(1);
        buffer.put(AT + 4, (byte) 99);
        assertThat(read().orElseThrow().name()).isEqualTo("copy of kind 99");
    }

    @Test
    void otherKindsAreLeftOutAndTimesNeverRunBackwards() {
        times(17);
        assertThat(read()).isEmpty();
        times(2);
        buffer.putLong(AT + 24, 20);
        assertThat(read().orElseThrow().nanos()).isZero();
    }

    @Test
    void clocksThatDriftApartAreMatchedOnALine() {
        ClockMatch first = new ClockMatch(1_000, 500_000, 10);
        ClockMatch later = new ClockMatch(1_001_000, 1_501_000, 10); // the other lost no time: it gained 1000 ns
        assertThat(first.toHost(500_000, later)).isEqualTo(1_000);
        assertThat(first.toHost(1_501_000, later)).isEqualTo(1_001_000);
        assertThat(first.toHost(1_000_500, later)).isEqualTo(501_000);
        assertThat(first.toHost(400_000, first)).as("no span").isEqualTo(-99_000);
        ClockMatch now = ClockMatch.of(() -> System.nanoTime() + 1_000_000_000_000L);
        assertThat(now.other() - now.host() - 1_000_000_000_000L).isBetween(-now.widthNanos(), now.widthNanos());
    }

    /** The offsets are those of NVIDIA's header, where a toolkit of CUDA 13 has it. */
    @Test
    void offsetsAreThoseOfTheHeader(@TempDir Path folder) throws IOException, InterruptedException {
        Path include = Path.of("/usr/local/cuda/include");
        Path header = include.resolve("cupti_activity.h");
        Assumptions.assumeTrue(
                Files.isRegularFile(header) && Files.readString(header).contains("CUpti_ActivityKernel10;"),
                "no header of CUPTI 13.0 in /usr/local/cuda/include");
        Assumptions.assumeTrue(
                Stream.of(System.getenv("PATH").split(":")).anyMatch(bin -> Files.isExecutable(Path.of(bin, "g++"))),
                "g++ is not on the path");
        StringBuilder text = new StringBuilder("#include <cstddef>\n#include <cupti.h>\n");
        List.of(
                        "Kernel10 kind 0",
                        "Kernel10 start 16",
                        "Kernel10 end 24",
                        "Kernel10 streamId 48",
                        "Kernel10 correlationId 92",
                        "Kernel10 name 104",
                        "Kernel10 graphId 156",
                        "Memcpy6 copyKind 4",
                        "Memcpy6 bytes 8",
                        "Memcpy6 start 16",
                        "Memcpy6 end 24",
                        "Memcpy6 streamId 40",
                        "Memcpy6 correlationId 44",
                        "Memcpy6 graphId 72",
                        "Memset4 bytes 8",
                        "Memset4 start 16",
                        "Memset4 end 24",
                        "Memset4 streamId 40",
                        "Memset4 correlationId 44",
                        "Memset4 graphId 72")
                .forEach(line -> {
                    String[] words = line.split(" ");
                    text.append("static_assert(offsetof(CUpti_Activity%s, %s) == %s, \"%s\");\n"
                            .formatted(words[0], words[1], words[2], line));
                });
        text.append("static_assert(CUPTI_ACTIVITY_KIND_CONCURRENT_KERNEL == 10 && CUPTI_ACTIVITY_KIND_MEMCPY == 1"
                + " && CUPTI_ACTIVITY_KIND_MEMSET == 2, \"kinds\");\n");
        Path source = Files.writeString(folder.resolve("offsets.cpp"), text);
        Process compiler = new ProcessBuilder("g++", "-fsyntax-only", "-I" + include, source.toString())
                .redirectErrorStream(true)
                .redirectOutput(folder.resolve("messages").toFile())
                .start();
        assertThat(compiler.waitFor(60, TimeUnit.SECONDS)).isTrue();
        assertThat(Files.readString(folder.resolve("messages"))).isEmpty();
        assertThat(compiler.exitValue()).isZero();
    }
}
