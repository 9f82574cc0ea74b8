// SPDX-License-Identifier: Apache-2.0
package fizeau.bench.environment;

import fizeau.nativeconfig.Settings;
import java.util.OptionalDouble;
import java.util.OptionalInt;

/**
 * Clock frequency of the processor that runs the calling thread: {@code scaling_cur_freq} of cpufreq, else the line
 * {@code cpu MHz} of {@code /proc/cpuinfo}, else unknown. Virtual machines often have the second only, and there it is
 * often a constant that the hypervisor names: no change seen is then no proof of none. Which source there is, is found out
 * once.
 */
public final class ProcessorFrequency {
    private static final String PROCESSORS = "proc/cpuinfo";

    /** Column of the processor in {@code stat} (proc(5), field 39), counted behind the command's closing bracket. */
    private static final int PROCESSOR_COLUMN = 39 - 3;

    private enum Source {
        CPUFREQ,
        CPUINFO,
        NONE
    }

    private final Settings settings;
    private final Source source;

    private ProcessorFrequency(Settings settings, Source source) {
        this.settings = settings;
        this.source = source;
    }

    public static ProcessorFrequency ofProcess() {
        return of(Settings.ofProcess());
    }

    static ProcessorFrequency of(Settings settings) {
        if (new ProcessorFrequency(settings, Source.CPUFREQ).megahertz().isPresent()) {
            return new ProcessorFrequency(settings, Source.CPUFREQ);
        }
        boolean listed =
                new ProcessorFrequency(settings, Source.CPUINFO).megahertz().isPresent();
        return new ProcessorFrequency(settings, listed ? Source.CPUINFO : Source.NONE);
    }

    /** Frequency now, MHz; empty where the system does not tell. Takes some tens of microseconds. */
    public OptionalDouble megahertz() {
        if (source == Source.NONE) {
            return OptionalDouble.empty();
        }
        OptionalInt processor = processor();
        if (processor.isEmpty()) {
            return OptionalDouble.empty();
        }
        return source == Source.CPUFREQ ? scaling(processor.getAsInt()) : listed(processor.getAsInt());
    }

    /** The processor that this thread last ran on. */
    private OptionalInt processor() {
        String stat = settings.text("proc/thread-self/stat").orElse("");
        String[] columns = stat.substring(stat.lastIndexOf(')') + 1).strip().split(" "); // the command may hold blanks
        return columns.length > PROCESSOR_COLUMN && columns[PROCESSOR_COLUMN].matches("\\d{1,9}")
                ? OptionalInt.of(Integer.parseInt(columns[PROCESSOR_COLUMN]))
                : OptionalInt.empty();
    }

    private OptionalDouble scaling(int processor) {
        return settings.text("sys/devices/system/cpu/cpu" + processor + "/cpufreq/scaling_cur_freq")
                .map(kilohertz -> positive(kilohertz, 1e-3))
                .orElse(OptionalDouble.empty());
    }

    private OptionalDouble listed(int processor) {
        int current = -1;
        for (String line : settings.text(PROCESSORS).orElse("").split("\n")) {
            if (line.startsWith("processor")) {
                OptionalDouble number = positiveOrZero(line.substring(line.indexOf(':') + 1));
                current = number.isPresent() ? (int) number.getAsDouble() : -1;
            } else if (current == processor && line.startsWith("cpu MHz")) {
                return positive(line.substring(line.indexOf(':') + 1), 1);
            }
        }
        return OptionalDouble.empty();
    }

    private static OptionalDouble positive(String text, double unit) {
        OptionalDouble number = positiveOrZero(text);
        return number.isPresent() && number.getAsDouble() > 0
                ? OptionalDouble.of(number.getAsDouble() * unit)
                : OptionalDouble.empty();
    }

    private static OptionalDouble positiveOrZero(String text) {
        try {
            double number = Double.parseDouble(text.strip());
            return number >= 0 && Double.isFinite(number) ? OptionalDouble.of(number) : OptionalDouble.empty();
        } catch (NumberFormatException unknown) {
            return OptionalDouble.empty();
        }
    }
}
