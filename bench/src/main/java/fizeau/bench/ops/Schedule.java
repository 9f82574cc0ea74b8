// SPDX-License-Identifier: Apache-2.0
package fizeau.bench.ops;

/**
 * How an operator is computed.
 *
 * @param implementation its name
 * @param openMp threads of libtorch's pool; also the number of our own threads where an implementation has them
 * @param openBlas threads of OpenBLAS's pool
 * @param keepMemory whether freed blocks stay with the process, so that a large output needs no new pages in every call
 * @param waitPolicy {@code OMP_WAIT_POLICY} of the process: passive threads sleep between calls, active ones spin
 */
public record Schedule(String implementation, int openMp, int openBlas, boolean keepMemory, String waitPolicy) {

    public Schedule {
        if (openMp < 1 || openBlas < 1) {
            throw new IllegalArgumentException(
                    "thread counts " + openMp + " (OpenMP) and " + openBlas + " (OpenBLAS) must be at least 1");
        }
    }

    /** One line for tables. */
    public String sentence() {
        return implementation + ", " + openMp + " + " + openBlas + " threads, " + waitPolicy
                + (keepMemory ? ", memory kept" : "");
    }
}
