// SPDX-License-Identifier: Apache-2.0
/**
 * Checks the engine against a folder of reference vectors: an index of cases with parameters, expected numbers and raw arrays.
 * It is the acceptance test of the mathematics, for every backend present.
 */
package fizeau.bench.verify;
