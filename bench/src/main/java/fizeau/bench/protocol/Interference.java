// SPDX-License-Identifier: Apache-2.0
package fizeau.bench.protocol;

/**
 * What else happened during timed windows.
 *
 * @param stealShare share of all processors' time that the hypervisor gave to others; null where unknown
 * @param collections garbage collections
 * @param collectionMillis time they took
 * @param processorShare processor time of this process over wall time: 2 means that two cores were busy; null where unknown
 * @param othersShare share of all processors' time that other processes of the machine took; null where unknown
 * @param windows number of timed windows
 * @param disturbedWindows windows with a collection, with more stolen or others' time than allowed, or with another clock
 *     frequency at their end
 * @param leastMegahertz lowest clock frequency seen at either end of a window; null where unknown
 * @param mostMegahertz highest
 * @param frequencyChanges windows between whose ends the frequency changed; null where unknown
 */
public record Interference(
        Double stealShare,
        long collections,
        long collectionMillis,
        Double processorShare,
        Double othersShare,
        int windows,
        int disturbedWindows,
        Double leastMegahertz,
        Double mostMegahertz,
        Integer frequencyChanges) {

    /** Nothing observed. */
    public static final Interference NONE = new Interference(null, 0, 0, null, null, 0, 0, null, null, null);
}
