// SPDX-License-Identifier: Apache-2.0
/**
 * The inference family: image classifiers, the frameworks that run them on the same weights and pictures, and what is
 * recorded of that. Knows no native library; those are in the packages below.
 */
package fizeau.bench.infer;
