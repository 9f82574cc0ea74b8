// SPDX-License-Identifier: Apache-2.0
/**
 * How every benchmark family measures: a fresh JVM per variant and round, rounds interleaved in random order, warm-up until
 * stationary, and a record of what disturbed the timed windows.
 */
package fizeau.bench.protocol;
