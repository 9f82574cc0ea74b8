// SPDX-License-Identifier: Apache-2.0
package fizeau.bench.training;

import fizeau.backend.Precision;
import fizeau.backend.TrainingLevel;
import fizeau.backend.selection.DeviceName;
import fizeau.bench.eager.PeerJob;
import fizeau.bench.workload.Workload;
import fizeau.bench.workload.WorkloadPreset;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * Judges the targets of a training on a GPU. They are stated for the workload {@code progressive} with a trained latent in single
 * precision; ratios are those of an iteration's time against Python's torch on the same card.
 */
public final class TrainingTargets {
    static final double OVER_EAGER = 20;
    static final double OVER_COMPILE = 3;
    static final double LIBRARY_OVER_EAGER = 4;
    static final double MOST_SECONDS = 0.12;

    private final Workload workload;
    private final List<VariantRecord> ours;
    private final List<PeerRecord> peers;
    private final List<DeviceFindings.MissingLevel> missing;

    private TrainingTargets(
            Workload workload,
            List<VariantRecord> ours,
            List<PeerRecord> peers,
            List<DeviceFindings.MissingLevel> missing) {
        this.workload = workload;
        this.ours = ours;
        this.peers = peers;
        this.missing = missing;
    }

    /**
     * The five targets; none on a CPU.
     *
     * @param device word of the device
     * @param variants those that were timed, by their key in records
     * @param missing levels that could not run here
     */
    public static List<TrainingTarget> of(
            String device,
            Workload workload,
            Map<String, VariantRecord> variants,
            List<PeerRecord> peers,
            List<DeviceFindings.MissingLevel> missing) {
        if (DeviceName.parse(device).kind() != DeviceName.Kind.CUDA) {
            return List.of();
        }
        List<VariantRecord> ours = Stream.of(VariantSpec.OPTIMIZED, VariantSpec.LIBRARY_LEVEL)
                .map(name -> variants.get(Comparison.key(name)))
                .filter(Objects::nonNull)
                .toList();
        TrainingTargets targets = new TrainingTargets(workload, ours, peers, missing);
        return List.of(
                targets.overEager(TrainingLevel.FUSED, OVER_EAGER),
                targets.overCompile(),
                targets.thousandIterations(),
                targets.overEager(TrainingLevel.LIBRARY, LIBRARY_OVER_EAGER),
                targets.memory());
    }

    private TrainingTarget overEager(TrainingLevel level, double wanted) {
        String what = level.word() + " level on a GPU: an iteration at least " + (int) wanted
                + " times as fast as PyTorch eager";
        Optional<String> obstacle = obstacle(level);
        return obstacle.isPresent()
                ? TrainingTarget.unavailable(what, wanted, TrainingTarget.RATIO, obstacle.get())
                : overPeer(what, wanted, level, PeerJob.Mode.EAGER);
    }

    /**
     * Against the faster of the compiled peers. Only max-autotune captures graphs, as the target says: without it the target may be
     * missed, but not met.
     */
    private TrainingTarget overCompile() {
        String what = "fused level on a GPU: an iteration at least " + (int) OVER_COMPILE
                + " times as fast as torch.compile with CUDA graphs";
        Optional<String> obstacle = obstacle(TrainingLevel.FUSED);
        if (obstacle.isPresent()) {
            return TrainingTarget.unavailable(what, OVER_COMPILE, TrainingTarget.RATIO, obstacle.get());
        }
        TrainingTarget graphs = overPeer(what, OVER_COMPILE, TrainingLevel.FUSED, PeerJob.Mode.MAX_AUTOTUNE);
        TrainingTarget plain = overPeer(what, OVER_COMPILE, TrainingLevel.FUSED, PeerJob.Mode.COMPILE);
        if (graphs.value() == null) {
            return plain.value() != null && plain.value() < OVER_COMPILE ? plain : graphs;
        }
        return plain.value() != null && plain.value() < graphs.value() ? plain : graphs;
    }

    private TrainingTarget overPeer(String what, double wanted, TrainingLevel level, PeerJob.Mode mode) {
        String name = PythonPeers.nameOf(mode);
        PeerRecord peer = peer(name);
        VariantRecord own = at(level).orElseThrow();
        PeerRecord.Ratio ratio = peer == null || !peer.measured() ? null : peer.peerOver(own.name());
        if (ratio == null) {
            return TrainingTarget.unavailable(what, wanted, TrainingTarget.RATIO, whyNone(name, peer, own.name()));
        }
        String interval = ratio.low() == null
                ? "one round has no interval"
                : String.format(Locale.ROOT, "interval %.2f to %.2f", ratio.low(), ratio.high());
        return TrainingTarget.judged(
                what,
                wanted,
                TrainingTarget.RATIO,
                ratio.ratio() >= wanted,
                ratio.ratio(),
                String.format(
                        Locale.ROOT,
                        "%s takes %.4g ms at the first %d positions, %s",
                        name,
                        peer.medianIterationMs(),
                        peer.positions(),
                        interval));
    }

    /** Null where it was not asked for. */
    private PeerRecord peer(String name) {
        return peers.stream()
                .filter(candidate -> candidate.name().equals(name))
                .findFirst()
                .orElse(null);
    }

    private static String whyNone(String name, PeerRecord peer, String variant) {
        if (peer == null) {
            return name + " was not asked for: compare has it, with --peers eager,compile,max-autotune";
        }
        return peer.measured() ? "no round has both " + name + " and " + variant : name + ": " + peer.reason();
    }

    private TrainingTarget thousandIterations() {
        String what = "fused level on a GPU: 1000 iterations in less than " + MOST_SECONDS + " s";
        Optional<String> obstacle = obstacle(TrainingLevel.FUSED);
        if (obstacle.isPresent()) {
            return TrainingTarget.unavailable(what, MOST_SECONDS, TrainingTarget.SECONDS, obstacle.get());
        }
        double seconds = at(TrainingLevel.FUSED).orElseThrow().trainingSeconds();
        return TrainingTarget.judged(
                what,
                MOST_SECONDS,
                TrainingTarget.SECONDS,
                seconds < MOST_SECONDS,
                seconds,
                "median of whole trainings of " + workload.iterations() + " iterations, what each position needs once"
                        + " included");
    }

    /** Of our levels the one that holds more. Both sides count what they ask the driver for, not what libraries take for themselves. */
    private TrainingTarget memory() {
        String what = "on a GPU: less device memory at its peak than PyTorch eager";
        String name = PythonPeers.nameOf(PeerJob.Mode.EAGER);
        PeerRecord eager = peer(name);
        Optional<String> obstacle = obstacle();
        if (obstacle.isEmpty() && (eager == null || !eager.measured())) {
            obstacle = Optional.of(whyNone(name, eager, VariantSpec.OPTIMIZED));
        } else if (obstacle.isEmpty() && eager.peakDeviceBytes() == null) {
            obstacle = Optional.of(eager.name() + " did not say how much memory it held on a card");
        }
        if (obstacle.isPresent()) {
            return TrainingTarget.unavailable(what, 1, TrainingTarget.RATIO, obstacle.get());
        }
        VariantRecord largest = singlePrecision()
                .max(Comparator.comparingLong(VariantRecord::nativeBytes))
                .orElseThrow();
        return TrainingTarget.judged(
                what,
                1,
                TrainingTarget.RATIO,
                largest.nativeBytes() < eager.peakDeviceBytes(),
                (double) largest.nativeBytes() / eager.peakDeviceBytes(),
                String.format(
                        Locale.ROOT,
                        "%.1f MB of ours at the %s level, %.1f MB of torch's tensors; what libraries take for themselves is"
                                + " in neither",
                        largest.nativeBytes() * 1e-6,
                        largest.spec().level(),
                        eager.peakDeviceBytes() * 1e-6));
    }

    /** What was timed of ours in the precision that targets are stated for. */
    private Stream<VariantRecord> singlePrecision() {
        return ours.stream().filter(one -> !one.spec().rounds());
    }

    private Optional<VariantRecord> at(TrainingLevel level) {
        return singlePrecision()
                .filter(one -> level.word().equals(one.spec().level()))
                .findFirst();
    }

    private Optional<String> obstacle(TrainingLevel level) {
        return obstacle().or(() -> at(level).isPresent() ? Optional.empty() : Optional.of(whyNot(level)));
    }

    private String whyNot(TrainingLevel level) {
        return missing.stream()
                .filter(one -> one.level().equals(level.word()))
                .map(DeviceFindings.MissingLevel::reason)
                .findFirst()
                .orElseGet(() -> "this ran at the " + ours.get(0).spec().level() + " level: --level " + level.word()
                        + " has it, and compare without --level has both");
    }

    /** Why this run says nothing about any target. */
    private Optional<String> obstacle() {
        if (ours.isEmpty()) {
            return Optional.of("the optimized variant was not timed");
        }
        if (!workload.name().equals(WorkloadPreset.PROGRESSIVE.word())) {
            return Optional.of("stated for the workload progressive, and this is " + workload.name());
        }
        if (workload.fixedLatent()) {
            return Optional.of("stated for a latent that is trained, and this one is fixed");
        }
        return singlePrecision().findAny().isEmpty()
                ? Optional.of("stated for " + Precision.FP32.word() + ", and products are rounded to "
                        + ours.get(0).spec().precision())
                : Optional.empty();
    }
}
