// SPDX-License-Identifier: Apache-2.0
package fizeau.bench.infer;

import fizeau.bench.files.Json;
import fizeau.bench.protocol.Interference;
import fizeau.bench.protocol.JobReport;
import fizeau.bench.protocol.ProtocolSpec;
import fizeau.bench.stats.Bootstrap;
import fizeau.bench.stats.Interval;
import fizeau.bench.stats.Judgement;
import fizeau.bench.stats.Ratio;
import fizeau.bench.stats.Summary;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.Function;

/** Makes rows of what processes reported about one model at one batch size. */
final class InferRows {
    private final ImageModel model;
    private final int batch;
    private final ProtocolSpec protocol;
    private final Framework above;
    private final Bootstrap bootstrap;
    private final Map<Framework, SortedMap<Integer, Seen>> seen = new TreeMap<>();

    /** One round of a framework. */
    private record Seen(InferOutcome outcome, Interference interference) {

        double median() {
            return Summary.median(numbers(outcome.millis()));
        }
    }

    /** @param above whose time stands above the line in speedups */
    InferRows(ImageModel model, int batch, ProtocolSpec protocol, Framework above) {
        this.model = model;
        this.batch = batch;
        this.protocol = protocol;
        this.above = above;
        this.bootstrap = new Bootstrap(protocol.level(), protocol.seed());
    }

    /** @param round counted over all rounds of the case */
    void add(Framework framework, int round, JobReport report) {
        seen.computeIfAbsent(framework, key -> new TreeMap<>())
                .put(round, new Seen(Json.value(report.outcome(), InferOutcome.class), report.interference()));
    }

    /** The row of a framework, if any of its processes reported; trouble in one of them is that of the row. */
    Optional<InferRow> row(Framework framework) {
        SortedMap<Integer, Seen> rounds = seen.get(framework);
        if (rounds == null) {
            return Optional.empty();
        }
        for (Seen one : rounds.values()) {
            if (one.outcome().trouble() != null) {
                return Optional.of(without(framework, one.outcome().trouble()));
            }
            if (!one.outcome().agreement().passed()) {
                String wrong =
                        "its answer is wrong: " + one.outcome().agreement().sentence();
                return Optional.of(InferRow.without(model, framework, batch, InferRow.FAILED, wrong));
            }
        }
        return Optional.of(measured(framework, rounds));
    }

    private InferRow without(Framework framework, InferOutcome.Trouble trouble) {
        return switch (trouble.kind()) {
            case IMPOSSIBLE -> InferRow.without(model, framework, batch, InferRow.UNAVAILABLE, trouble.sentence());
            case MEMORY ->
                InferRow.without(
                        model, framework, batch, InferRow.FAILED, InferCampaign.OUT_OF_MEMORY + trouble.sentence());
            case FAILED -> InferRow.without(model, framework, batch, InferRow.FAILED, trouble.sentence());
        };
    }

    private InferRow measured(Framework framework, SortedMap<Integer, Seen> rounds) {
        List<Seen> all = List.copyOf(rounds.values());
        InferOutcome first = all.get(0).outcome();
        Optional<Interval> ratio = ratio(framework, rounds);
        boolean folder =
                all.stream().noneMatch(one -> one.outcome().endToEndMillis().isEmpty());
        double compilation = (framework == Framework.ENGINE ? first.prepareMillis() : 0)
                + Math.max(0, first.firstCallMillis() - all.get(0).median());
        List<InferRow.Run> runs = new ArrayList<>();
        rounds.forEach((round, one) -> runs.add(new InferRow.Run(
                round,
                one.outcome().prepareMillis(),
                one.outcome().firstCallMillis(),
                one.outcome().millis(),
                one.interference())));
        return new InferRow(
                model.word(),
                framework.word(),
                batch,
                InferRow.MEASURED,
                null,
                first.library(),
                first.threads(),
                timings(all, InferOutcome::millis),
                folder ? timings(all, InferOutcome::endToEndMillis) : null,
                new InferRow.Memory(
                        largest(all, InferOutcome::workingBytes),
                        largest(all, InferOutcome::deviceBytes),
                        largest(all, InferOutcome::residentBytes)),
                compilation,
                first.agreement(),
                ratio.map(Ratio::of).orElse(null),
                ratio.map(found -> judgement(found, framework, rounds)).orElse(null),
                all.stream()
                        .map(one -> one.outcome().profile())
                        .filter(profile -> !profile.isEmpty())
                        .findFirst()
                        .orElse(List.of()),
                runs);
    }

    private InferRow.Timings timings(List<Seen> rounds, Function<InferOutcome, List<Double>> millis) {
        double[] all = rounds.stream()
                .flatMap(one -> millis.apply(one.outcome()).stream())
                .mapToDouble(Double::doubleValue)
                .toArray();
        double[] medians = rounds.stream()
                .mapToDouble(one -> Summary.median(numbers(millis.apply(one.outcome()))))
                .toArray();
        Summary summary = Summary.of(all);
        Interval median = bootstrap.median(medians);
        double std = summary.std() == null ? 0 : summary.std() * Math.sqrt((all.length - 1.0) / all.length);
        return new InferRow.Timings(
                all.length,
                summary.median(),
                summary.p95(),
                summary.p99(),
                summary.mean(),
                std,
                summary.min(),
                summary.max(),
                median.low(),
                median.high(),
                1000 * batch / summary.mean());
    }

    /** Of the rounds in which both ran, the reference's time over this one's. */
    private Optional<Interval> ratio(Framework framework, SortedMap<Integer, Seen> rounds) {
        SortedMap<Integer, Seen> reference = seen.get(above);
        if (framework == above || reference == null || !right(reference)) {
            return Optional.empty();
        }
        double[] over = medians(reference, rounds);
        return over.length == 0
                ? Optional.empty()
                : Optional.of(bootstrap.ratioOfMedians(over, medians(rounds, reference)));
    }

    private static boolean right(SortedMap<Integer, Seen> rounds) {
        return rounds.values().stream().allMatch(one -> one.outcome().right());
    }

    private Judgement judgement(Interval ratio, Framework framework, SortedMap<Integer, Seen> rounds) {
        SortedMap<Integer, Seen> reference = seen.get(above);
        String disturbance = Optional.ofNullable(disturbance(above, reference)).orElse(disturbance(framework, rounds));
        return Judgement.of(ratio, medians(reference, rounds), medians(rounds, reference), disturbance);
    }

    private String disturbance(Framework framework, SortedMap<Integer, Seen> rounds) {
        for (Map.Entry<Integer, Seen> round : rounds.entrySet()) {
            Interference seen = round.getValue().interference();
            String where = " in round " + round.getKey() + " of " + framework.word();
            if (seen.stealShare() != null && seen.stealShare() > protocol.stealLimit()) {
                return String.format(
                        Locale.ROOT, "%.1f %% of the processor time was stolen%s", 100 * seen.stealShare(), where);
            }
            if (seen.othersShare() != null && seen.othersShare() > ProtocolSpec.OTHERS_LIMIT) {
                return String.format(
                        Locale.ROOT,
                        "other processes took %.1f %% of the processor time%s",
                        100 * seen.othersShare(),
                        where);
            }
        }
        return null;
    }

    private static double[] medians(SortedMap<Integer, Seen> of, SortedMap<Integer, Seen> with) {
        return of.entrySet().stream()
                .filter(entry -> with.containsKey(entry.getKey()))
                .mapToDouble(entry -> entry.getValue().median())
                .toArray();
    }

    private static Long largest(List<Seen> rounds, Function<InferOutcome, Long> bytes) {
        return rounds.stream()
                .map(one -> bytes.apply(one.outcome()))
                .filter(Objects::nonNull)
                .max(Long::compare)
                .orElse(null);
    }

    private static double[] numbers(List<Double> values) {
        return values.stream().mapToDouble(Double::doubleValue).toArray();
    }
}
