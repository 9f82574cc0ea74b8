// SPDX-License-Identifier: Apache-2.0
package fizeau.backend;

/**
 * What it costs a GPU, and its host, to begin a piece of work, however small. Nanoseconds, by the host's clock, over so many
 * pieces that waiting for the last one does not count.
 *
 * @param launchNanos of a kernel that is launched alone, behind others
 * @param graphNodeNanos of a kernel in a graph, behind the one before it; null where the driver has no graphs
 * @param graphLaunchNanos of a graph of one kernel; null likewise
 * @param roundTripNanos of a kernel that is launched and waited for
 */
public record DeviceLatencies(
        double launchNanos, Double graphNodeNanos, Double graphLaunchNanos, double roundTripNanos) {}
