// SPDX-License-Identifier: Apache-2.0
package fizeau.bench.doctor;

import fizeau.bench.environment.Environment;
import fizeau.bench.environment.StealTime;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/** What may disturb or prevent a measurement, each as a sentence with its remedy. */
final class Warnings {

    /** The peak that the comparison allows a variant. */
    private static final long LITTLE_MEMORY_BYTES = 2L << 30;

    /** Above this share of busy processors before the run, other programs take time from the measurement. */
    private static final double BUSY_SHARE = 0.25;

    /** Stolen share of all processor time since boot from which the host is called crowded. */
    private static final double STEAL_SHARE = 0.01;

    private Warnings() {}

    static List<String> of(
            Environment environment,
            DoctorReport.Libtorch libtorch,
            DoctorReport.NativeCache cache,
            DoctorReport.Python python,
            Optional<StealTime> sinceBoot) {
        List<String> warnings = new ArrayList<>();
        Environment.Processor processor = environment.processor();
        int usable = processor.usableProcessors();
        if (usable == 1) {
            warnings.add("only one processor can be used: everything else on this machine disturbs the measurement");
        }
        if (!processor.governor().equals(Environment.UNKNOWN)
                && !processor.governor().equals("performance")) {
            warnings.add("the frequency governor is \"" + processor.governor()
                    + "\": clocks move during a run; set it to \"performance\" for steady times");
        }
        if (!environment.loadAverage().isEmpty() && environment.loadAverage().get(0) > BUSY_SHARE * usable) {
            warnings.add(String.format(
                    Locale.ROOT,
                    "the load average is %.2f on %d usable processors: wait until other programs have ended",
                    environment.loadAverage().get(0),
                    usable));
        }
        sinceBoot
                .map(reading -> reading.shareSince(new StealTime(0, 0)).orElse(0))
                .filter(share -> share > STEAL_SHARE)
                .ifPresent(share -> warnings.add(String.format(
                        Locale.ROOT,
                        "the hypervisor has taken %.1f %% of all processor time since boot: the host is shared",
                        100 * share)));
        memory(environment, warnings);
        threads(environment, usable, warnings);
        if (!libtorch.loaded()) {
            warnings.add("libtorch does not load: neither variant of the comparison can run");
        } else if (!cache.writable()) {
            warnings.add("the folder for native libraries " + cache.folder() + " cannot be written");
        }
        if (python.torch() == null) {
            warnings.add("the comparison with a Python peer is left out: "
                    + (python.problem() == null
                            ? "torch is not installed for " + python.executable()
                            : python.problem()));
        }
        return warnings;
    }

    private static void memory(Environment environment, List<String> warnings) {
        Long available = environment.memory().availableBytes();
        if (available != null && available < LITTLE_MEMORY_BYTES) {
            warnings.add("only " + Units.bytes(available) + " of memory is available, a variant may take "
                    + Units.bytes(LITTLE_MEMORY_BYTES) + ": end other programs or choose smaller sizes");
        }
    }

    private static void threads(Environment environment, int usable, List<String> warnings) {
        String policy = environment.threadVariables().get("OMP_WAIT_POLICY");
        if (policy != null) {
            warnings.add(
                    "OMP_WAIT_POLICY is set to \"" + policy
                            + "\": it decides how fast libtorch's threads are; unset it and they spin for a short while, which was found fastest");
        }
        for (String name : List.of("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS")) {
            String value = environment.threadVariables().getOrDefault(name, "");
            if (value.matches("\\d{1,6}") && Integer.parseInt(value) > usable) {
                warnings.add(name + "=" + value + " asks for more threads than the " + usable + " usable processors");
            }
        }
    }
}
