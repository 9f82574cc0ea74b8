// SPDX-License-Identifier: Apache-2.0
package fizeau.bench.ops;

import com.fasterxml.jackson.databind.JsonNode;
import fizeau.bench.files.Json;
import fizeau.bench.files.TemporaryFolder;
import fizeau.bench.ops.OperatorPeer.PeerFailedException;
import fizeau.bench.protocol.Interference;
import fizeau.bench.protocol.Job;
import fizeau.bench.protocol.JobFailure;
import fizeau.bench.protocol.JobFailure.JobFailedException;
import fizeau.bench.protocol.JobReport;
import fizeau.bench.protocol.MemoryUse;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Map;

/**
 * A method that Python computes ({@code torch.compile}, on a device also eager PyTorch) on a case's inputs and weights, in a
 * fresh process for each round like the other methods. Owns a folder with the arrays. A peer that crashes, hangs or prints
 * something else gives a failure and no time.
 */
final class MethodPeer implements AutoCloseable {
    private static final String ARRAYS = "arrays.safetensors";
    private static final String SOURCE = "forward.py";

    private final Method method;
    private final OperatorPeer peer;
    private final OpsSettings settings;
    private final OperatorCase one;
    private final TemporaryFolder folder;
    private final Duration limit;
    private final int threads;

    /**
     * @param threads of its pool
     * @param limit after which a process is ended
     */
    MethodPeer(Method method, OperatorPeer peer, OpsSettings settings, OperatorCase one, int threads, Duration limit) {
        this.method = method;
        this.peer = peer;
        this.settings = settings;
        this.one = one;
        this.limit = limit;
        this.threads = threads;
        this.folder = TemporaryFolder.create("fizeau-peer-");
        OperatorPeer.writeCase(one, settings.protocol().seed(), folder.path(), ARRAYS, SOURCE);
    }

    /** How it computes, for the record. */
    Schedule schedule() {
        return new Schedule(
                method == Method.COMPILE ? "torch.compile" : "python eager",
                threads,
                threads,
                false,
                "as the system has it");
    }

    /**
     * One round.
     *
     * @param seconds bound of its timed calls
     * @param firstCall whether the first call after compilation is the only sample
     * @throws JobFailedException when there is no result
     */
    JobReport run(Job job, Reference reference, double seconds, boolean firstCall) {
        Map<String, Object> asked = OperatorPeer.job(method.word(), ARRAYS, SOURCE, reference.positions());
        asked.put("threads", threads);
        asked.put("device", settings.device());
        asked.put("warm_ups", firstCall ? 0 : settings.warmUps());
        asked.put("runs", firstCall ? 1 : settings.runs());
        asked.put("seconds", seconds);
        try {
            JsonNode result = peer.run(asked, folder.path(), limit);
            double[] values =
                    OperatorPeer.numbers(result, "values", reference.values().size());
            double[] millis = OperatorPeer.numbers(result, "millis", -1);
            Agreement agreement = reference.agreement(values);
            List<Double> samples =
                    agreement.passed() ? Arrays.stream(millis).boxed().toList() : List.of();
            OpsOutcome outcome = new OpsOutcome(List.of(), agreement, samples, 1, null);
            double timed = Arrays.stream(millis).sum() * 1e-3;
            double compiled = result.path("compile_seconds").asDouble();
            return new JobReport(
                    job.variant(),
                    job.round(),
                    new JobReport.Phases(0, 0, compiled, 1, true, timed),
                    new MemoryUse(null, 0, 0),
                    Interference.NONE,
                    Json.tree(outcome));
        } catch (PeerFailedException failed) {
            String reason = "variant " + job.variant() + " in round " + job.round() + " failed: " + failed.getMessage();
            throw new JobFailedException(new JobFailure(job.variant(), job.round(), reason, false));
        }
    }

    @Override
    public void close() {
        folder.close();
    }
}
