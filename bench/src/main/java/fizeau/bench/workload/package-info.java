// SPDX-License-Identifier: Apache-2.0
/** What is run: sizes, scan pattern, samples, epochs, seed and object, as values that can be written down and run again. */
package fizeau.bench.workload;
