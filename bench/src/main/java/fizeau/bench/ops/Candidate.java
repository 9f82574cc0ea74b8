// SPDX-License-Identifier: Apache-2.0
package fizeau.bench.ops;

/**
 * What the search found out about a schedule.
 *
 * @param fastestMillis fastest call seen; null when it was not timed
 * @param remark why it was not timed or given up, empty otherwise
 */
public record Candidate(Schedule schedule, Double fastestMillis, String remark) {}
