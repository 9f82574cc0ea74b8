// SPDX-License-Identifier: Apache-2.0
package fizeau.kernels;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Tests of the tests: every planted mistake is found, and for the right reason. */
@ExtendWith(EmulatorExtension.class)
class EmulatorTest {

    private static final int THREADS = 64;

    private static Emulation record(Emulator emulator, String kernel, int blocks, int sharedBytes, int elements) {
        Emulation emulation = emulator.begin();
        DeviceAddress data = emulation.upload(IntStream.range(0, elements).toArray());
        Kernel broken = new Kernel(kernel, "broken", BrokenParameters.class);
        emulation.launch(broken, new BrokenParameters(data, THREADS), new LaunchShape(blocks, 1, THREADS, sharedBytes));
        return emulation;
    }

    @ParameterizedTest
    @CsvSource({
        "broken_barrier_in_branch, barrier that 32 threads never reach",
        "broken_two_barriers, threads wait at different barriers",
        "broken_missing_barrier, gives another result",
        "broken_reused_scratch, gives another result",
        "broken_overtaken_warp, gives another result",
        "broken_clashing_blocks, gives another result",
        "broken_write_past_end, heap-buffer-overflow",
        "broken_read_before_start, heap-buffer-overflow",
        "broken_dynamic_shared_overflow, heap-buffer-overflow",
        "broken_declared_shared_overflow, global-buffer-overflow",
        "broken_partial_shuffle, dead-lock",
        "broken_overflow, signed integer overflow",
    })
    void plantedMistakeIsFound(String kernel, String message, Emulator emulator) {
        int elements =
                kernel.startsWith("broken_reused") || kernel.startsWith("broken_overtaken") ? 2 * THREADS : THREADS;
        Emulation emulation = record(
                emulator, kernel, kernel.equals("broken_clashing_blocks") ? 2 : 1, THREADS * Integer.BYTES, elements);
        assertThatThrownBy(emulation::execute)
                .isInstanceOf(Emulator.Found.class)
                .hasMessageContaining(message)
                .hasMessageContaining(kernel);
    }

    @Test
    void unwrittenSharedMemoryIsGarbage(Emulator emulator) {
        Emulation emulation = emulator.begin();
        DeviceAddress data = emulation.upload(new int[THREADS]);
        emulation.launch(
                new Kernel("broken_unwritten_shared", "broken", BrokenParameters.class),
                new BrokenParameters(data, THREADS),
                new LaunchShape(1, 1, THREADS, 0));
        emulation.execute();
        assertThat(emulation.ints(data)).containsOnly(-1);
    }

    @Test
    void structsLieInMemoryAsTheCompilerHasThem(Emulator emulator) {
        StringBuilder expected = new StringBuilder();
        for (StructLayout layout : Emulator.layouts()) {
            for (StructLayout.Field field : layout.fields()) {
                expected.append(
                        "%s %s %s %d%n".formatted(layout.structName(), field.path(), field.kind(), field.offset()));
            }
            expected.append("%s - SIZE %d%n".formatted(layout.structName(), layout.size()));
        }
        assertThat(String.join(System.lineSeparator(), emulator.layoutsSeenByCompiler()) + System.lineSeparator())
                .isEqualTo(expected.toString());
    }
}
