// SPDX-License-Identifier: Apache-2.0
package fizeau.bench.batch;

import fizeau.bench.stats.Bootstrap;
import fizeau.bench.stats.Judgement;
import fizeau.bench.stats.Verdict;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;

/**
 * The smallest batch from which on throughput grows no more than noise.
 *
 * @param batch null where it is not known, or not among the sizes that were measured
 * @param reason one sentence
 */
public record Crossover(Integer batch, String reason) {

    /** Of each size the faster way counts; a larger batch helps where it is judged faster. */
    static Crossover of(List<BatchRow> rows, Bootstrap bootstrap) {
        List<BatchRow> best = rows.stream()
                .map(BatchRow::batch)
                .distinct()
                .sorted()
                .map(batch -> best(rows, batch))
                .flatMap(Optional::stream)
                .toList();
        if (best.size() < 2) {
            return new Crossover(null, "fewer than two batch sizes were measured");
        }
        int rounds =
                best.stream().mapToInt(row -> row.secondsEach().size()).min().orElse(0);
        if (rounds < Judgement.FEWEST_ROUNDS) {
            return new Crossover(
                    null,
                    "where throughput stops growing is not known: " + rounds + " rounds prove nothing, at least "
                            + Judgement.FEWEST_ROUNDS + " are needed");
        }
        for (BatchRow candidate : best) {
            List<BatchRow> larger =
                    best.stream().filter(row -> row.batch() > candidate.batch()).toList();
            if (!larger.isEmpty()
                    && larger.stream()
                            .noneMatch(row ->
                                    Judgement.of(row.ratio(candidate, bootstrap), candidate.times(), row.times(), null)
                                                    .verdict()
                                            == Verdict.FASTER)) {
                return new Crossover(
                        candidate.batch(),
                        "no larger batch has more throughput than one of " + candidate.batch() + ", beyond noise");
            }
        }
        return new Crossover(
                null,
                "throughput still grows at " + best.get(best.size() - 1).batch()
                        + ", the largest batch that was measured");
    }

    /** The faster way of a size. */
    static Optional<BatchRow> best(List<BatchRow> rows, int batch) {
        return rows.stream()
                .filter(row -> row.batch() == batch && row.measured())
                .max(Comparator.comparingDouble(BatchRow::perSecond));
    }
}
