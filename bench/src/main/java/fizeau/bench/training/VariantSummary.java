// SPDX-License-Identifier: Apache-2.0
package fizeau.bench.training;

import fizeau.bench.files.Json;
import fizeau.bench.protocol.ProtocolCost;
import fizeau.bench.stats.Bootstrap;
import fizeau.bench.stats.Interval;
import fizeau.bench.stats.Modes;
import fizeau.bench.stats.NoiseFloor;
import fizeau.bench.stats.Summary;
import fizeau.bench.training.TrainingOutcome.Quality;
import fizeau.bench.workload.Workload;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.Function;
import java.util.stream.DoubleStream;

/** Makes the record of a variant out of its runs. */
public final class VariantSummary {
    /** Milliseconds; a time that the clock could not tell from none has no logarithm. */
    private static final double ONE_NANO = 1e-6;

    private final Workload workload;
    private final Bootstrap bootstrap;

    public VariantSummary(Workload workload, Bootstrap bootstrap) {
        this.workload = workload;
        this.bootstrap = bootstrap;
    }

    /** @param runs at least one, all of {@code spec} */
    public VariantRecord of(VariantSpec spec, List<TrainingRun> runs) {
        if (runs.isEmpty()) {
            throw new IllegalArgumentException("variant " + spec.name() + " has no run to summarise");
        }
        List<VariantRecord.Round> rounds =
                runs.stream().map(VariantSummary::round).toList();
        double[] seconds = rounds.stream()
                .mapToDouble(VariantRecord.Round::trainingSeconds)
                .toArray();
        Interval training = bootstrap.median(seconds);
        TrainingRun last = runs.get(runs.size() - 1);
        double median = training.value();
        return new VariantRecord(
                spec.name(),
                "measured",
                spec,
                last.outcome().description(),
                median,
                training.low(),
                training.high(),
                Summary.of(seconds),
                NoiseFloor.of(seconds, bootstrap).orElse(null),
                Modes.of(seconds).orElse(null),
                iterationModes(runs),
                protocolCost(runs),
                Summary.median(rounds.stream()
                        .mapToDouble(VariantRecord.Round::medianIterationMs)
                        .toArray()),
                Summary.of(runs.stream()
                        .flatMapToDouble(run -> DoubleStream.of(run.iterationMillis()))
                        .toArray()),
                1e3 * median / workload.samples(),
                workload.samples() / median,
                medianOf(rounds, Quality::psnr),
                medianOf(rounds, Quality::ssim),
                medianOf(rounds, Quality::rmse),
                medianOf(rounds, Quality::mse),
                medianOf(rounds, Quality::correlation),
                rounds.stream()
                        .map(round -> round.memory().peakResidentBytes())
                        .filter(Objects::nonNull)
                        .max(Long::compare)
                        .orElse(null),
                rounds.stream()
                        .mapToLong(round -> round.memory().nativeBytes())
                        .max()
                        .orElse(0),
                rounds.stream()
                        .mapToLong(round -> round.memory().peakHeapBytes())
                        .max()
                        .orElse(0),
                caches(last.outcome()),
                new TreeMap<>(last.outcome().plans()),
                rounds);
    }

    private static VariantRecord.Round round(TrainingRun run) {
        TrainingOutcome outcome = run.outcome();
        return new VariantRecord.Round(
                run.round(),
                outcome.seed(),
                outcome.trainingSeconds(),
                Summary.median(run.iterationMillis()),
                outcome.quality(),
                run.report().phases(),
                run.report().memory(),
                run.report().interference(),
                outcome.settleSeconds());
    }

    /** The middle one of the rounds; of an even number the one that is less split. */
    private static Modes iterationModes(List<TrainingRun> runs) {
        List<Modes> sorted = runs.stream()
                .map(run -> Modes.of(Arrays.stream(run.iterationMillis())
                        .map(millis -> Math.max(ONE_NANO, millis))
                        .toArray()))
                .flatMap(Optional::stream)
                .sorted(Comparator.comparing(Modes::found).thenComparingDouble(Modes::explained))
                .toList();
        return sorted.isEmpty() ? null : sorted.get((sorted.size() - 1) / 2);
    }

    private static ProtocolCost protocolCost(List<TrainingRun> runs) {
        return runs.stream()
                .map(run -> run.report().protocolCost())
                .filter(Objects::nonNull)
                .max(Comparator.comparingDouble(ProtocolCost::wholeShare))
                .orElse(null);
    }

    private static Map<String, CacheRecord> caches(TrainingOutcome outcome) {
        Map<String, CacheRecord> caches = new TreeMap<>();
        outcome.caches().forEach((name, statistics) -> caches.put(name, CacheRecord.of(statistics)));
        return caches;
    }

    private static Double medianOf(List<VariantRecord.Round> rounds, Function<Quality, Double> number) {
        List<Double> known = rounds.stream()
                .map(round -> number.apply(round.quality()))
                .filter(Objects::nonNull)
                .toList();
        return known.size() < rounds.size()
                ? null
                : Json.finite(Summary.median(
                        known.stream().mapToDouble(Double::doubleValue).toArray()));
    }
}
