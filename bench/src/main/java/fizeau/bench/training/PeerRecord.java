// SPDX-License-Identifier: Apache-2.0
package fizeau.bench.training;

import java.util.List;

/**
 * What a Python peer's trainings gave beside those of the variants. Times are those of iterations at the positions that the
 * peer trains at, the peer's and the variants' alike.
 *
 * @param name such as {@code python-eager}
 * @param kind {@code measured} or {@code unavailable}
 * @param reason why it is unavailable; null otherwise
 * @param python version of the interpreter; null when unavailable, like all that follows
 * @param torch version of the package
 * @param threads torch's threads
 * @param device where torch computed: {@code cpu}, or the card's name
 * @param peakDeviceBytes most memory that torch's tensors held on the card, largest of the rounds; null on the CPU
 * @param positions how many positions the times are from
 * @param rounds one per round that gave a result
 * @param medianIterationMs median over the rounds of the median time of an iteration
 * @param baselineOverPeer time of the baseline's iteration over the peer's, by rounds
 * @param peerOverOptimized time of the peer's iteration over the optimised variant's, by rounds
 * @param peerOverLibrary the same over the library level's, where that ran beside
 */
public record PeerRecord(
        String name,
        String kind,
        String reason,
        String python,
        String torch,
        Integer threads,
        String device,
        Long peakDeviceBytes,
        Integer positions,
        List<Round> rounds,
        Double medianIterationMs,
        Ratio baselineOverPeer,
        Ratio peerOverOptimized,
        Ratio peerOverLibrary) {

    static final String MEASURED = "measured";
    static final String UNAVAILABLE = "unavailable";

    /** One training: warm-up (compiling included) apart. */
    public record Round(int round, double medianIterationMs, double trainingSeconds, double warmUpSeconds) {}

    /** Ratio of medians over rounds with its interval; ends null with fewer than two rounds. */
    public record Ratio(double ratio, Double low, Double high) {}

    static PeerRecord unavailable(String name, String reason) {
        return new PeerRecord(
                name, UNAVAILABLE, reason, null, null, null, null, null, null, List.of(), null, null, null, null);
    }

    /** Over a variant of that name; null where it was not in the rounds. */
    Ratio peerOver(String variant) {
        return variant.equals(VariantSpec.LIBRARY_LEVEL) ? peerOverLibrary : peerOverOptimized;
    }

    public boolean measured() {
        return kind.equals(MEASURED);
    }
}
