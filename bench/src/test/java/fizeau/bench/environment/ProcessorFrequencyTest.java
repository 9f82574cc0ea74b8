// SPDX-License-Identifier: Apache-2.0
package fizeau.bench.environment;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ProcessorFrequencyTest {
    private static final String TWO_PROCESSORS = "processor\t: 0\nmodel name\t: made up\ncpu MHz\t\t: 2596.152\n\n"
            + "processor\t: 1\nmodel name\t: made up\ncpu MHz\t\t: 3100.500\n";

    @TempDir
    private Path root;

    @Test
    void cpufreqTellsOfTheProcessorThatRunsTheThread() {
        FakeMachine machine = onProcessor(1)
                .with("sys/devices/system/cpu/cpu0/cpufreq/scaling_cur_freq", "1200000\n")
                .with("sys/devices/system/cpu/cpu1/cpufreq/scaling_cur_freq", "3400000\n")
                .with("proc/cpuinfo", TWO_PROCESSORS);
        ProcessorFrequency frequency = ProcessorFrequency.of(machine.settings());
        assertThat(frequency.megahertz()).hasValue(3400);
        machine.with("sys/devices/system/cpu/cpu1/cpufreq/scaling_cur_freq", "2800000\n");
        assertThat(frequency.megahertz()).hasValue(2800);
    }

    @Test
    void theListOfProcessorsIsTheSecondSource() {
        FakeMachine machine = onProcessor(1).with("proc/cpuinfo", TWO_PROCESSORS);
        assertThat(ProcessorFrequency.of(machine.settings()).megahertz()).hasValue(3100.5);
    }

    @Test
    void whatIsNotToldIsUnknown() {
        assertThat(ProcessorFrequency.of(new FakeMachine(root).settings()).megahertz())
                .isEmpty();
        FakeMachine arm = onProcessor(0).with("proc/cpuinfo", "processor\t: 0\nBogoMIPS\t: 243.75\n");
        assertThat(ProcessorFrequency.of(arm.settings()).megahertz()).isEmpty();
        FakeMachine odd = arm.with("sys/devices/system/cpu/cpu0/cpufreq/scaling_cur_freq", "<unknown>\n");
        assertThat(ProcessorFrequency.of(odd.settings()).megahertz()).isEmpty();
    }

    /** The columns of stat(5), the command with blanks and a bracket in it. */
    private FakeMachine onProcessor(int processor) {
        StringBuilder stat = new StringBuilder("4242 (worker) of 2 (b)) S");
        for (int field = 4; field <= 52; field++) {
            stat.append(' ').append(field == 39 ? processor : 7_000 + field);
        }
        return new FakeMachine(root)
                .with("proc/thread-self/stat", stat.append('\n').toString());
    }
}
