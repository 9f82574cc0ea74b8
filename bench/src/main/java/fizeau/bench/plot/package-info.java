// SPDX-License-Identifier: Apache-2.0
/**
 * Figures of reports as PNG files: rows of images with colour bars, k-space coverage, training curves, bars with
 * intervals, and distributions of times. Plain data in, a file out, written atomically.
 */
package fizeau.bench.plot;
