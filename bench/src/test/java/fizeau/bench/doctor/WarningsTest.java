// SPDX-License-Identifier: Apache-2.0
package fizeau.bench.doctor;

import static org.assertj.core.api.Assertions.assertThat;

import fizeau.bench.environment.Environment;
import fizeau.bench.environment.GitState;
import fizeau.bench.environment.StealTime;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class WarningsTest {

    private static final DoctorReport.Libtorch TORCH =
            new DoctorReport.Libtorch(true, new LibtorchInfo("2.10.0", 2, "AVX2"), null);
    private static final DoctorReport.NativeCache CACHE = new DoctorReport.NativeCache("/cache", true, true, 1L << 40);
    private static final DoctorReport.Python PYTHON =
            new DoctorReport.Python("/usr/bin/python3", "3.12.1", "2.9.0", null);
    private static final Map<String, String> NO_VARIABLES = Map.of();

    @Test
    void aQuietWellSetMachineHasNone() {
        assertThat(warnings(environment(4, "performance", 8L << 30, 0.5, NO_VARIABLES)))
                .isEmpty();
        assertThat(warnings(environment(4, "unknown", null, 1.0, NO_VARIABLES))).isEmpty();
    }

    @Test
    void eachDisturbanceIsNamed() {
        assertThat(warnings(environment(1, "performance", 8L << 30, 0.1, NO_VARIABLES)))
                .containsExactly(
                        "only one processor can be used: everything else on this machine disturbs the measurement");
        assertThat(warnings(environment(4, "powersave", 8L << 30, 0.1, NO_VARIABLES)))
                .containsExactly("the frequency governor is \"powersave\": clocks move during a run;"
                        + " set it to \"performance\" for steady times");
        assertThat(warnings(environment(4, "performance", 8L << 30, 1.25, NO_VARIABLES)))
                .containsExactly(
                        "the load average is 1.25 on 4 usable processors: wait until other programs have ended");
        assertThat(warnings(environment(4, "performance", 1L << 30, 0.1, NO_VARIABLES)))
                .containsExactly("only 1 GiB of memory is available, a variant may take 2 GiB:"
                        + " end other programs or choose smaller sizes");
        assertThat(warnings(environment(4, "performance", 8L << 30, 0.1, Map.of("OMP_WAIT_POLICY", "passive"))))
                .containsExactly("OMP_WAIT_POLICY is set to \"passive\": it decides how fast libtorch's threads are;"
                        + " unset it and they spin for a short while, which was found fastest");
        assertThat(warnings(environment(4, "performance", 8L << 30, 0.1, Map.of("OMP_NUM_THREADS", "8"))))
                .containsExactly("OMP_NUM_THREADS=8 asks for more threads than the 4 usable processors");
    }

    @Test
    void stolenTimeIsNamedAboveOnePercent() {
        Environment quiet = environment(4, "performance", 8L << 30, 0.1, NO_VARIABLES);

        assertThat(Warnings.of(quiet, TORCH, CACHE, PYTHON, Optional.of(new StealTime(10, 1000))))
                .isEmpty();
        assertThat(Warnings.of(quiet, TORCH, CACHE, PYTHON, Optional.of(new StealTime(52, 1000))))
                .containsExactly("the hypervisor has taken 5.2 % of all processor time since boot: the host is shared");
    }

    @Test
    void missingPartsAreNamed() {
        Environment quiet = environment(4, "performance", 8L << 30, 0.1, NO_VARIABLES);
        DoctorReport.Python without = new DoctorReport.Python("/usr/bin/python3", "3.12.1", null, null);
        DoctorReport.Python absent = new DoctorReport.Python(null, null, null, "python3 cannot be started");

        assertThat(Warnings.of(quiet, TORCH, CACHE, without, Optional.empty()))
                .containsExactly(
                        "the comparison with a Python peer is left out: torch is not installed for /usr/bin/python3");
        assertThat(Warnings.of(quiet, TORCH, CACHE, absent, Optional.empty()))
                .containsExactly("the comparison with a Python peer is left out: python3 cannot be started");
        assertThat(Warnings.of(
                        quiet, new DoctorReport.Libtorch(false, null, "it is broken"), CACHE, PYTHON, Optional.empty()))
                .containsExactly("libtorch does not load: neither variant of the comparison can run");
    }

    private static List<String> warnings(Environment environment) {
        return Warnings.of(environment, TORCH, CACHE, PYTHON, Optional.empty());
    }

    private static Environment environment(
            int usable, String governor, Long available, double load, Map<String, String> threads) {
        return new Environment(
                new Environment.Processor("CPU", usable, usable, usable, List.of(), "AVX2", governor),
                new Environment.Memory(16L << 30, available),
                new Environment.Container(null, null),
                new Environment.OperatingSystem("Linux", "6.1", "amd64"),
                new Environment.Jvm("17", "vendor", "vm", List.of(), List.of(), 1L << 30),
                Map.of(),
                new Environment.Gpu("none", List.of()),
                new GitState("unknown", null),
                List.of(),
                List.of(load, load, load),
                threads);
    }
}
