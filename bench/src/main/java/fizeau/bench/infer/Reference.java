// SPDX-License-Identifier: Apache-2.0
package fizeau.bench.infer;

/**
 * What the reference found out beside the right answer.
 *
 * @param openMp threads at which eager libtorch runs one picture fastest
 * @param openBlas likewise of OpenBLAS's own pool
 */
public record Reference(int openMp, int openBlas) {}
