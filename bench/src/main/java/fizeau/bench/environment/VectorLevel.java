// SPDX-License-Identifier: Apache-2.0
package fizeau.bench.environment;

import java.util.Arrays;
import java.util.HashSet;
import java.util.Optional;
import java.util.Set;

/** The widest vector instructions of a CPU, from {@code /proc/cpuinfo}. */
final class VectorLevel {

    private VectorLevel() {}

    /** For example "AVX2"; empty when the text names no features. */
    static Optional<String> of(String cpuinfo) {
        return field(cpuinfo, "flags")
                .or(() -> field(cpuinfo, "Features"))
                .map(line -> widest(new HashSet<>(Arrays.asList(line.split("\\s+")))));
    }

    /** The first value of a named line. */
    static Optional<String> field(String cpuinfo, String name) {
        return cpuinfo.lines()
                .filter(line -> line.startsWith(name) && line.contains(":"))
                .filter(line -> line.substring(0, line.indexOf(':')).strip().equals(name))
                .map(line -> line.substring(line.indexOf(':') + 1).strip())
                .findFirst();
    }

    private static String widest(Set<String> flags) {
        // the server set that compilers and libraries mean by AVX-512; the foundation alone speeds up little
        if (flags.containsAll(Set.of("avx512f", "avx512dq", "avx512bw", "avx512vl"))) {
            return "AVX-512";
        }
        if (flags.contains("avx2")) {
            return flags.contains("fma") ? "AVX2+FMA" : "AVX2";
        }
        if (flags.contains("avx")) {
            return "AVX";
        }
        if (flags.contains("sve")) {
            return "SVE";
        }
        if (flags.contains("asimd") || flags.contains("neon")) {
            return "NEON";
        }
        return flags.contains("sse4_2") ? "SSE4.2" : "below SSE4.2";
    }
}
