// SPDX-License-Identifier: Apache-2.0
package fizeau.bench.training;

import fizeau.bench.eager.PeerJob;
import fizeau.bench.eager.PeerOutcome;
import fizeau.bench.eager.PythonPeer;
import fizeau.bench.files.Json;
import fizeau.bench.files.TemporaryFolder;
import fizeau.bench.protocol.Interference;
import fizeau.bench.protocol.Job;
import fizeau.bench.protocol.JobReport;
import fizeau.bench.protocol.MemoryUse;
import fizeau.bench.workload.Workload;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/**
 * The Python processes that run the baseline's iteration as yardsticks, one job a round like a variant. On a GPU, where they
 * are the opponents, they train at all positions, as the variants do. On the CPU, where that would take minutes a round, they
 * train at the first few, and are held against the variants' iterations at those. A peer that cannot run, or fails, is a row
 * with a reason and stops nothing.
 */
public final class PythonPeers {

    /** The family's word in jobs. */
    static final String FAMILY = "python-peer";

    private static final int POSITIONS_ON_THE_CPU = 4;
    private static final int WARM_UP_ITERATIONS = 5;
    private static final Duration LIMIT = Duration.ofMinutes(30);

    /** What a job holds: a training, and how Python runs it. */
    record Settings(TrainingJob training, PeerJob.Mode mode, String device) {}

    /** What a job gives: a training, or why there is none. */
    record Answer(PeerOutcome.Trained trained, String unavailable) {}

    /** A peer that was asked for; {@code unavailable} says why it cannot run, or is null. */
    record Peer(PeerJob.Mode mode, String unavailable) {
        String name() {
            return nameOf(mode);
        }
    }

    private static final String CPU = "cpu";

    private final PythonPeer python;
    private final String device;
    private final List<Peer> peers;

    private PythonPeers(PythonPeer python, String device, List<Peer> peers) {
        this.python = python;
        this.device = device;
        this.peers = List.copyOf(peers);
    }

    public static PythonPeers none() {
        return new PythonPeers(null, CPU, List.of());
    }

    /** Peers that do not run, for one reason. */
    public static PythonPeers leftOut(List<PeerJob.Mode> modes, String reason) {
        return new PythonPeers(
                null, CPU, modes.stream().map(mode -> new Peer(mode, reason)).toList());
    }

    /** Peers on the CPU. */
    public static PythonPeers of(PythonPeer python, List<PeerJob.Mode> modes) {
        return of(python, modes, CPU);
    }

    /** Asks the interpreter once whether it has what the peers need, the device included. */
    public static PythonPeers of(PythonPeer python, List<PeerJob.Mode> modes, String device) {
        if (modes.isEmpty()) {
            return none();
        }
        Optional<String> reason = python.unavailability(device);
        return reason.isPresent()
                ? leftOut(modes, reason.get())
                : new PythonPeers(
                        python,
                        device,
                        modes.stream().map(mode -> new Peer(mode, null)).toList());
    }

    /** {@code python-eager}, {@code python-compile} or {@code python-max-autotune}. */
    static String nameOf(PeerJob.Mode mode) {
        return "python-" + mode.word();
    }

    List<Peer> all() {
        return peers;
    }

    /** Whether they are the opponents themselves, because no variant of ours is one on a GPU. */
    boolean standForTheBaseline() {
        return !device.equals(CPU);
    }

    List<Peer> runnable() {
        return peers.stream().filter(peer -> peer.unavailable() == null).toList();
    }

    /** The job of a peer in a round. */
    Job job(Peer peer, int round, TrainingJob training) {
        return new Job(FAMILY, peer.name(), round, Json.tree(new Settings(training, peer.mode(), device)));
    }

    /** Iterations of a training that a peer runs too. */
    int iterations(Workload workload) {
        return positions(workload.samples(), device) * workload.epochs();
    }

    private static int positions(int all, String device) {
        return device.equals(CPU) ? Math.min(POSITIONS_ON_THE_CPU, all) : all;
    }

    /** Runs a job of {@link #FAMILY}; its outcome is an {@link Answer}. */
    JobReport run(Job job) {
        Settings settings = Json.value(job.settings(), Settings.class);
        TrainingInput input = TrainingInput.load(settings.training());
        VariantSpec variant = settings.training().variant();
        PeerJob peerJob = new PeerJob(
                input.spec(),
                input.object(),
                input.parameters(),
                input.centres().subList(0, positions(input.centres().size(), settings.device())),
                settings.training().workload().epochs(),
                WARM_UP_ITERATIONS,
                variant.measureOnce(),
                settings.mode(),
                variant.threads(),
                settings.device());
        try (TemporaryFolder folder = TemporaryFolder.create("fizeau-peer-")) {
            return report(job, python.run(peerJob, folder.path(), LIMIT));
        }
    }

    private static JobReport report(Job job, PeerOutcome outcome) {
        PeerOutcome.Trained trained = outcome instanceof PeerOutcome.Trained done ? done : null;
        String reason = outcome instanceof PeerOutcome.Unavailable missing ? missing.reason() : null;
        return new JobReport(
                job.variant(),
                job.round(),
                new JobReport.Phases(
                        0,
                        0,
                        trained == null ? 0 : trained.warmUpSeconds(),
                        trained == null ? 0 : WARM_UP_ITERATIONS,
                        true,
                        trained == null ? 0 : trained.trainingSeconds()),
                MemoryUse.NONE,
                Interference.NONE,
                Json.tree(new Answer(trained, reason)));
    }
}
