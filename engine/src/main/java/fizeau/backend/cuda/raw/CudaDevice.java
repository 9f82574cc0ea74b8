// SPDX-License-Identifier: Apache-2.0
package fizeau.backend.cuda.raw;

/**
 * A card.
 *
 * @param ordinal its number, as the driver counts visible cards
 * @param name its model
 * @param computeMajor compute capability, before the point
 * @param computeMinor and after it
 * @param multiprocessors number of streaming multiprocessors
 * @param memoryBytes all memory
 */
public record CudaDevice(
        int ordinal, String name, int computeMajor, int computeMinor, int multiprocessors, long memoryBytes) {}
