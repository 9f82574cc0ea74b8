// SPDX-License-Identifier: Apache-2.0
package fizeau.bench.ops;

import java.util.Locale;
import java.util.Optional;
import java.util.OptionalLong;

/** What memory a case takes, asked before a process is started that the system would kill, or others in its stead. */
final class MemoryNeed {
    /** Of each parameter: the plain one and one in a library's layout; in double precision for models. */
    private static final int COPIES_OF_PARAMETERS = 3;

    /** Of the output: the plain one, one in a library's layout, the checked one and their difference. */
    private static final int COPIES_OF_OUTPUT = 4;

    /** A JVM with libtorch. */
    private static final long BYTES_BESIDE = 1L << 30;

    private MemoryNeed() {}

    static long bytes(Computation computation) {
        return COPIES_OF_PARAMETERS * SafeTensors.bytes(computation.parameters(0))
                + COPIES_OF_OUTPUT * Float.BYTES * computation.outputCount()
                + BYTES_BESIDE;
    }

    /** One sentence when there is too little; empty when there is enough or nobody knows. */
    static Optional<String> refusal(Computation computation, OptionalLong available) {
        long needed = bytes(computation);
        if (available.isEmpty() || available.getAsLong() >= needed) {
            return Optional.empty();
        }
        return Optional.of(String.format(
                Locale.ROOT,
                "out of memory: about %.1f GB are needed and %.1f GB are free; close other programs or leave it out",
                needed * 1e-9,
                available.getAsLong() * 1e-9));
    }
}
