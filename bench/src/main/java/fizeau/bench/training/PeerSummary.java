// SPDX-License-Identifier: Apache-2.0
package fizeau.bench.training;

import fizeau.bench.eager.PeerOutcome;
import fizeau.bench.stats.Bootstrap;
import fizeau.bench.stats.Interval;
import fizeau.bench.stats.Summary;
import fizeau.bench.workload.Workload;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;

/** Holds the peers' iterations against those of the variants at the same positions. */
final class PeerSummary {
    private final Workload workload;
    private final Bootstrap bootstrap;
    private final Campaign.Result result;

    PeerSummary(Workload workload, Bootstrap bootstrap, Campaign.Result result) {
        this.workload = workload;
        this.bootstrap = bootstrap;
        this.result = result;
    }

    List<PeerRecord> records() {
        Map<String, List<PeerRun>> byName = new LinkedHashMap<>();
        result.peerRuns()
                .forEach(run -> byName.computeIfAbsent(run.name(), name -> new ArrayList<>())
                        .add(run));
        List<PeerRecord> records = new ArrayList<>();
        byName.forEach((name, runs) -> records.add(record(name, runs)));
        return records;
    }

    private PeerRecord record(String name, List<PeerRun> runs) {
        List<PeerRun> trained =
                runs.stream().filter(run -> run.trained() != null).toList();
        if (trained.isEmpty()) {
            return PeerRecord.unavailable(name, runs.get(0).unavailable());
        }
        PeerOutcome.Trained one = trained.get(0).trained();
        return new PeerRecord(
                name,
                PeerRecord.MEASURED,
                null,
                one.pythonVersion(),
                one.torchVersion(),
                one.threads(),
                one.device(),
                trained.stream()
                        .map(run -> run.trained().peakDeviceBytes())
                        .filter(Objects::nonNull)
                        .max(Long::compare)
                        .orElse(null),
                one.iterationMillis().size() / workload.epochs(),
                trained.stream()
                        .map(run -> new PeerRecord.Round(
                                run.round(),
                                median(run),
                                run.trained().trainingSeconds(),
                                run.trained().warmUpSeconds()))
                        .toList(),
                Summary.median(trained.stream().mapToDouble(PeerSummary::median).toArray()),
                against(VariantSpec.BASELINE, trained, false),
                against(VariantSpec.OPTIMIZED, trained, true),
                against(VariantSpec.LIBRARY_LEVEL, trained, true));
    }

    /** Variant over peer, or peer over variant; null when they share no round. */
    private PeerRecord.Ratio against(String variant, List<PeerRun> trained, boolean peerAbove) {
        List<Double> peers = new ArrayList<>();
        List<Double> variants = new ArrayList<>();
        for (PeerRun peer : trained) {
            Optional<TrainingRun> same = result.runsOf(variant).stream()
                    .filter(run -> run.round() == peer.round())
                    .findFirst();
            if (same.isPresent()) {
                peers.add(median(peer));
                variants.add(median(same.get(), peer.trained().iterationMillis().size()));
            }
        }
        if (peers.isEmpty()) {
            return null;
        }
        Interval interval =
                bootstrap.ratioOfMedians(array(peerAbove ? peers : variants), array(peerAbove ? variants : peers));
        return new PeerRecord.Ratio(interval.value(), interval.low(), interval.high());
    }

    private static double median(PeerRun run) {
        return Summary.median(array(run.trained().iterationMillis()));
    }

    /** Of the iterations that the peer ran too. */
    private static double median(TrainingRun run, int iterations) {
        return Summary.median(Arrays.copyOf(run.iterationMillis(), iterations));
    }

    private static double[] array(List<Double> values) {
        return values.stream().mapToDouble(Double::doubleValue).toArray();
    }
}
