// SPDX-License-Identifier: Apache-2.0
/** Throughput: how many reconstructions a device finishes in a second when several go through it together, and from which number on more do not help. */
package fizeau.bench.batch;
