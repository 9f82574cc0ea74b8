// SPDX-License-Identifier: Apache-2.0
/**
 * Networks on XLA: written as StableHLO, in which JAX hands its programs over too, and compiled for the CPU by the XLA within
 * TensorFlow's library. That library is an optional dependency; only its Java classes are needed to build.
 */
package fizeau.bench.infer.xla;
