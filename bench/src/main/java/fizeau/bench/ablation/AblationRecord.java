// SPDX-License-Identifier: Apache-2.0
package fizeau.bench.ablation;

import com.fasterxml.jackson.databind.JsonNode;
import fizeau.backend.selection.DeviceName;
import fizeau.bench.protocol.JobFailure;
import fizeau.bench.protocol.ProtocolSpec;
import fizeau.bench.training.CorrectnessGate;
import fizeau.bench.training.PublishedFigure;
import fizeau.bench.training.Speedup;
import fizeau.bench.training.VariantRecord;
import fizeau.bench.workload.Workload;
import java.util.List;
import java.util.Map;

/**
 * The result of an ablation, everything in the report included.
 *
 * @param switches one per switch
 * @param caches one per cache
 * @param switchDetails grounds of {@code switches}, in the same order
 * @param cacheDetails what follows from {@code caches}, in the same order
 * @param steps from the eager baseline, on a GPU from all off, to the optimised variant, all off first, then one switch more at a time in the order
 *     of {@link SwitchSet}; a step is missing when one of its variants is
 * @param stages where an iteration spends its time, with everything off and with everything on
 * @param references optimised over all off, all off over the eager baseline, optimised over the eager baseline, optimised
 *     over the same without any cache
 * @param correct whether kept values were equal to recomputed ones, to the bit, in every process that timed caches
 * @param variants everything that was trained
 */
public record AblationRecord(
        String schema,
        String kind,
        String command,
        String runId,
        String folder,
        String startedAt,
        double wallSeconds,
        String device,
        Workload workload,
        List<SwitchEffect> switches,
        List<CacheEffect> caches,
        List<SwitchDetail> switchDetails,
        List<CacheDetail> cacheDetails,
        List<AblationStep> steps,
        List<StageShares> stages,
        List<Speedup> references,
        boolean correct,
        Map<String, VariantRecord> variants,
        List<CorrectnessGate.Result> gate,
        ProtocolSpec protocol,
        int rounds,
        int threads,
        List<String> childFlags,
        List<Long> seeds,
        List<PublishedFigure> published,
        List<JobFailure> missing,
        List<String> remarks,
        JsonNode environment) {

    public static final String SCHEMA = "fizeau.ablation/2";

    /** Whether the original's way was trained beside the engine: it is on the CPU, where it runs. */
    public boolean hasBaseline() {
        return DeviceName.parse(device).kind() != DeviceName.Kind.CUDA;
    }

    /** Whether a variant or a kept value was wrong, or a process is missing. */
    public boolean failed() {
        return !correct || !missing.isEmpty() || !gate.stream().allMatch(CorrectnessGate.Result::passed);
    }
}
