// SPDX-License-Identifier: Apache-2.0
package fizeau.bench.infer;

/**
 * Threads at which eager libtorch runs a network fastest with a number of pictures at once: few threads may win with one
 * picture and lose with eight.
 *
 * @param openMp of the pool that libtorch and oneDNN share
 * @param openBlas of OpenBLAS's own pool
 */
public record PoolThreads(int openMp, int openBlas) {}
