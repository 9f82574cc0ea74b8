// SPDX-License-Identifier: Apache-2.0
/** One training under a profiler: traces, summaries, and what profiling itself costs. */
package fizeau.bench.profile;
