// SPDX-License-Identifier: Apache-2.0
package fizeau.bench.training;

import fizeau.backend.Precision;
import fizeau.backend.TrainingLevel;
import fizeau.backend.selection.DeviceName;
import fizeau.bench.eager.PeerJob;
import fizeau.bench.workload.Workload;
import fizeau.bench.workload.WorkloadPreset;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

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
    private final VariantRecord ours;
    private final List<PeerRecord> peers;

    private TrainingTargets(Workload workload, VariantRecord ours, List<PeerRecord> peers) {
        this.workload = workload;
        this.ours = ours;
        this.peers = peers;
    }

    /**
     * The five targets; none on a CPU.
     *
     * @param device word of the device
     * @param variants those that were timed, by their key in records
     */
    public static List<TrainingTarget> of(
            String device, Workload workload, Map<String, VariantRecord> variants, List<PeerRecord> peers) {
        if (DeviceName.parse(device).kind() != DeviceName.Kind.CUDA) {
            return List.of();
        }
        TrainingTargets targets = new TrainingTargets(workload, variants.get(VariantSpec.OPTIMIZED), peers);
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
                : overPeer(what, wanted, PeerJob.Mode.EAGER);
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
        TrainingTarget graphs = overPeer(what, OVER_COMPILE, PeerJob.Mode.MAX_AUTOTUNE);
        TrainingTarget plain = overPeer(what, OVER_COMPILE, PeerJob.Mode.COMPILE);
        if (graphs.value() == null) {
            return plain.value() != null && plain.value() < OVER_COMPILE ? plain : graphs;
        }
        return plain.value() != null && plain.value() < graphs.value() ? plain : graphs;
    }

    private TrainingTarget overPeer(String what, double wanted, PeerJob.Mode mode) {
        String name = PythonPeers.nameOf(mode);
        PeerRecord peer = peer(name);
        if (peer == null || !peer.measured() || peer.peerOverOptimized() == null) {
            return TrainingTarget.unavailable(what, wanted, TrainingTarget.RATIO, whyNone(name, peer));
        }
        PeerRecord.Ratio ratio = peer.peerOverOptimized();
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

    private static String whyNone(String name, PeerRecord peer) {
        if (peer == null) {
            return name + " was not asked for: compare has it, with --peers eager,compile,max-autotune";
        }
        return peer.measured()
                ? "no round has both " + name + " and the optimized variant"
                : name + ": " + peer.reason();
    }

    private TrainingTarget thousandIterations() {
        String what = "fused level on a GPU: 1000 iterations in less than " + MOST_SECONDS + " s";
        Optional<String> obstacle = obstacle(TrainingLevel.FUSED);
        if (obstacle.isPresent()) {
            return TrainingTarget.unavailable(what, MOST_SECONDS, TrainingTarget.SECONDS, obstacle.get());
        }
        return TrainingTarget.judged(
                what,
                MOST_SECONDS,
                TrainingTarget.SECONDS,
                ours.trainingSeconds() < MOST_SECONDS,
                ours.trainingSeconds(),
                "median of whole trainings of " + workload.iterations() + " iterations, what each position needs once"
                        + " included");
    }

    /** Both count what they ask the driver for, not what libraries allocate for themselves. */
    private TrainingTarget memory() {
        String what = "on a GPU: less device memory at its peak than PyTorch eager";
        String name = PythonPeers.nameOf(PeerJob.Mode.EAGER);
        PeerRecord eager = peer(name);
        Optional<String> obstacle = obstacle();
        if (obstacle.isEmpty() && (eager == null || !eager.measured())) {
            obstacle = Optional.of(whyNone(name, eager));
        } else if (obstacle.isEmpty() && eager.peakDeviceBytes() == null) {
            obstacle = Optional.of(eager.name() + " did not say how much memory it held on a card");
        }
        if (obstacle.isPresent()) {
            return TrainingTarget.unavailable(what, 1, TrainingTarget.RATIO, obstacle.get());
        }
        return TrainingTarget.judged(
                what,
                1,
                TrainingTarget.RATIO,
                ours.nativeBytes() < eager.peakDeviceBytes(),
                (double) ours.nativeBytes() / eager.peakDeviceBytes(),
                String.format(
                        Locale.ROOT,
                        "%.1f MB of ours, %.1f MB of torch's tensors; what libraries take for themselves is in neither",
                        ours.nativeBytes() * 1e-6,
                        eager.peakDeviceBytes() * 1e-6));
    }

    private Optional<String> obstacle(TrainingLevel level) {
        return obstacle()
                .or(() -> Optional.ofNullable(ours.spec().level())
                        .filter(word -> !word.equals(level.word()))
                        .map(word -> "this ran at the " + word + " level: --level " + level.word() + " has it"));
    }

    /** Why this run says nothing about any target. */
    private Optional<String> obstacle() {
        if (ours == null) {
            return Optional.of("the optimized variant was not timed");
        }
        if (!workload.name().equals(WorkloadPreset.PROGRESSIVE.word())) {
            return Optional.of("stated for the workload progressive, and this is " + workload.name());
        }
        if (workload.fixedLatent()) {
            return Optional.of("stated for a latent that is trained, and this one is fixed");
        }
        return ours.spec().rounds()
                ? Optional.of("stated for " + Precision.FP32.word() + ", and products are rounded to "
                        + ours.spec().precision())
                : Optional.empty();
    }
}
