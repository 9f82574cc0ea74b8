// SPDX-License-Identifier: Apache-2.0
/** What a set of timings says and what it does not: summaries, bootstrap intervals over rounds, noise
 * floors, modes, verdicts. */
package fizeau.bench.stats;
