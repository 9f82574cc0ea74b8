// SPDX-License-Identifier: Apache-2.0
package fizeau.bench.batch;

/**
 * What one process found.
 *
 * @param description device, libraries, threads
 * @param seconds of the whole training of all members
 * @param iterationNanos of one iteration of all members, mean over the training
 * @param checkedLosses losses that were held against those of members trained alone
 * @param differentLosses how many of them were not the same to the bit
 */
public record BatchOutcome(
        String description, double seconds, double iterationNanos, int checkedLosses, int differentLosses) {}
