// SPDX-License-Identifier: Apache-2.0
/**
 * Our engine for networks on the CPU: a network is traced to a graph, normalisations are folded into convolutions,
 * rectifiers and sums fused, weights laid out once, memory planned, and the rest is oneDNN's primitives.
 */
package fizeau.bench.infer.onednn;
