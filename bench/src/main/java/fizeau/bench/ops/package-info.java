// SPDX-License-Identifier: Apache-2.0
/**
 * The operator family: the nine operators and four models, their double-precision reference, the methods that compute
 * them, schedules and comparisons. Knows no native library; those are in {@code torch}.
 */
package fizeau.bench.ops;
