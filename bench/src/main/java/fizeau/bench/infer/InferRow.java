// SPDX-License-Identifier: Apache-2.0
package fizeau.bench.infer;

import fizeau.bench.ops.Agreement;
import fizeau.bench.protocol.Interference;
import fizeau.bench.stats.Judgement;
import fizeau.bench.stats.Ratio;
import java.util.List;

/**
 * A network on a framework at a batch size.
 *
 * @param kind {@code measured}, {@code unavailable} or {@code failed}
 * @param reason why there are no times; null when there are
 * @param library library and version; null as all that follows when nothing was measured
 * @param timings of the calls
 * @param endToEnd of the calls that begin with files on disk; null without a folder of pictures
 * @param speedup time of the reference, see {@link Framework#reference}, over time of this; null for itself and without it
 * @param profile parts of one call, largest first; empty where nobody asked
 * @param runs one for each round, in order
 */
public record InferRow(
        String model,
        String framework,
        int batchSize,
        String kind,
        String reason,
        String library,
        String threads,
        Timings timings,
        Timings endToEnd,
        Memory memory,
        Double compilationMillis,
        Agreement agreement,
        Ratio speedup,
        Judgement judgement,
        List<Session.Part> profile,
        List<Run> runs) {

    public static final String MEASURED = "measured";
    public static final String UNAVAILABLE = "unavailable";
    public static final String FAILED = "failed";

    public InferRow {
        profile = List.copyOf(profile);
        runs = List.copyOf(runs);
    }

    /**
     * Times of calls in milliseconds over all rounds; percentiles interpolate linearly.
     *
     * @param p95 null below 100 calls
     * @param p99 null below 500 calls
     * @param std with divisor n, as in the original
     * @param low lower end of the median's interval over rounds; null with fewer than two
     * @param imagesPerSecond batch size over mean time
     */
    public record Timings(
            int calls,
            double p50,
            Double p95,
            Double p99,
            double mean,
            double std,
            double min,
            double max,
            Double low,
            Double high,
            double imagesPerSecond) {}

    /**
     * Memory in bytes, null where unknown.
     *
     * @param working most during calls beyond weights and what the process held before the first
     * @param device of a graphics card, most that the framework held during calls, weights included; null on the CPU
     * @param resident most of the whole process, loading included
     */
    public record Memory(Long working, Long device, Long resident) {}

    /** What one process saw. */
    public record Run(
            int round, double prepareMillis, double firstCallMillis, List<Double> millis, Interference interference) {

        public Run {
            millis = List.copyOf(millis);
        }
    }

    /** A row without times. */
    public static InferRow without(ImageModel model, Framework framework, int batch, String kind, String reason) {
        return new InferRow(
                model.word(),
                framework.word(),
                batch,
                kind,
                reason,
                null,
                null,
                null,
                null,
                null,
                null,
                null,
                null,
                null,
                List.of(),
                List.of());
    }

    public boolean measured() {
        return kind.equals(MEASURED);
    }

    public boolean failed() {
        return kind.equals(FAILED);
    }
}
