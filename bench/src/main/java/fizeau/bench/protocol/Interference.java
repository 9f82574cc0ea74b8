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
 * @param disturbedWindows windows with a collection, or with more stolen or others' time than allowed
 */
public record Interference(
        Double stealShare,
        long collections,
        long collectionMillis,
        Double processorShare,
        Double othersShare,
        int windows,
        int disturbedWindows) {

    /** Nothing observed. */
    public static final Interference NONE = new Interference(null, 0, 0, null, null, 0, 0);
}
