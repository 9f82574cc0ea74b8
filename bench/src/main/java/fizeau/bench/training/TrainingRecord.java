// SPDX-License-Identifier: Apache-2.0
package fizeau.bench.training;

import com.fasterxml.jackson.databind.JsonNode;
import fizeau.bench.protocol.JobFailure;
import fizeau.bench.protocol.ProtocolSpec;
import fizeau.bench.workload.Workload;
import java.util.List;
import java.util.Map;

/**
 * The result of a comparison, or of one variant alone (no speedup then), everything in the report included: reports are made from this record alone.
 *
 * @param schema {@link #SCHEMA}
 * @param kind of its numbers: {@code measured}; a check that is {@code derived} says so
 * @param command that made it
 * @param runId name of the run's folder
 * @param folder where the run's files are
 * @param wallSeconds of the whole command
 * @param device word of the device
 * @param speedup of the optimised variant over the baseline; null when only one variant ran
 * @param speedupOverMeasureOnce over the baseline that measures once per sample; null likewise
 * @param environment capsule: machine, JVM, libraries, commit
 * @param protocol rules of the measurement
 * @param rounds rounds that were begun
 * @param childFlags flags of the JVMs that trained
 * @param seeds seeds of the initial weights, one a round
 * @param gate what was found before timing
 * @param threadTrials times by thread setting and variant
 * @param variants {@code baseline}, {@code baselineOnce}, {@code optimized}, {@code libraryLevel}
 * @param peers Python processes that ran the baseline's iteration as yardsticks
 * @param targets what a training shall reach on a GPU; none on a CPU
 * @param onDevice what trainings on a GPU are held against beside; null on a CPU, and in records older than this
 * @param lossSpread how far the optimised variant's losses stray when it trains again; null where it was not timed, and in
 *     records older than this
 * @param qualities variant against reference, per round
 * @param published figures of the system this replaces, with their status
 * @param missing trainings that gave no result
 * @param remarks what a reader must know, one sentence each
 */
public record TrainingRecord(
        String schema,
        String kind,
        String command,
        String runId,
        String folder,
        String startedAt,
        double wallSeconds,
        String device,
        Workload workload,
        Speedup speedup,
        Speedup speedupOverMeasureOnce,
        Map<String, VariantRecord> variants,
        List<PeerRecord> peers,
        List<TrainingTarget> targets,
        DeviceFindings onDevice,
        List<Check> checks,
        LossSpread lossSpread,
        List<SeedQuality> qualities,
        List<CorrectnessGate.Result> gate,
        Map<String, List<Trial.ThreadTrial>> threadTrials,
        ProtocolSpec protocol,
        int rounds,
        List<String> childFlags,
        List<Long> seeds,
        List<PublishedFigure> published,
        List<JobFailure> missing,
        List<String> remarks,
        JsonNode environment) {

    public static final String SCHEMA = "fizeau.training/1";

    public TrainingRecord {
        peers = peers == null ? List.of() : List.copyOf(peers); // records older than the peers have none
        targets = targets == null ? List.of() : List.copyOf(targets); // likewise
    }

    /** Whether a matter of correctness failed, or a training is missing. */
    public boolean failed() {
        return !missing.isEmpty() || checks.stream().anyMatch(check -> check.correctness() && check.failed());
    }
}
