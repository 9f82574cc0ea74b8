// SPDX-License-Identifier: Apache-2.0
package fizeau.bench.operator;

import fizeau.backend.DeviceRates;
import fizeau.backend.cuda.CacheSwitches;
import fizeau.bench.files.Json;
import fizeau.bench.files.RunFolder;
import fizeau.bench.protocol.Job;
import fizeau.bench.protocol.JobFailure;
import fizeau.bench.protocol.JobReport;
import fizeau.bench.protocol.Progress;
import fizeau.bench.protocol.ProtocolSpec;
import fizeau.bench.protocol.RoundLoop;
import fizeau.bench.stats.Bootstrap;
import fizeau.bench.stats.Summary;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;

/** Rounds of all methods, each in a fresh process that goes through all cases; ours and the peers' take turns. */
public final class OperatorCampaign {

    /**
     * How jobs are made.
     *
     * @param batchBytes memory that the images of a batch may take, by device
     */
    public record Spec(
            OperatorSetting setting,
            int threads,
            int device,
            Map<String, Long> batchBytes,
            double warmUpSeconds,
            double secondsPerRow,
            double longestCallSeconds,
            CacheSwitches caches,
            ProtocolSpec protocol) {}

    /** What came of it. */
    public record Result(
            List<OperatorRow> rows,
            Map<String, String> devices,
            Map<String, DeviceRates> rates,
            List<JobFailure> failures,
            int rounds,
            List<String> remarks) {}

    private final Spec spec;
    private final RunFolder folder;
    private final RoundLoop.Executor ours;
    private final TelescopePeer peer;
    private final Progress progress;

    /** @param ours runs a job of ours in a fresh process */
    public OperatorCampaign(
            Spec spec, RunFolder folder, RoundLoop.Executor ours, TelescopePeer peer, Progress progress) {
        this.spec = spec;
        this.folder = folder;
        this.ours = ours;
        this.peer = peer;
        this.progress = progress;
    }

    /**
     * Runs what can run.
     *
     * @param left methods that cannot run or shall not, with the reason; all others run
     */
    public Result run(Map<OperatorMethod, String> left) {
        List<OperatorMethod> running = new ArrayList<>(List.of(OperatorMethod.values()));
        running.removeIf(left::containsKey);
        progress.step("double-precision references", 0);
        List<OperatorJob.Check> checks = running.isEmpty() ? List.of() : OperatorChecks.of(spec.setting());
        List<JobReport> reports = new ArrayList<>();
        RoundLoop.Rounds rounds = new RoundLoop(
                        spec.protocol(),
                        (job, share) -> OperatorMethod.of(job.variant()).ours() ? ours.run(job, share) : peer.run(job),
                        progress)
                .run(
                        running.stream().map(OperatorMethod::id).toList(),
                        (id, round) -> new Job(OperatorJob.FAMILY, id, round, Json.tree(job(id, checks))),
                        report -> {
                            folder.writeJson(
                                    String.format(Locale.ROOT, "rounds/%03d-%s.json", report.round(), report.variant()),
                                    report);
                            reports.add(report);
                        });
        Map<OperatorMethod, List<OperatorOutcome>> outcomes = new LinkedHashMap<>();
        for (JobReport report : reports) {
            outcomes.computeIfAbsent(OperatorMethod.of(report.variant()), method -> new ArrayList<>())
                    .add(Json.value(report.outcome(), OperatorOutcome.class));
        }
        Map<String, DeviceRates> rates = rates(outcomes);
        Map<String, String> devices = new LinkedHashMap<>();
        outcomes.forEach((method, all) -> devices.put(method.id(), all.get(0).description()));
        return new Result(
                rows(left, outcomes, rates, rounds.failures()),
                devices,
                rates,
                rounds.failures(),
                rounds.rounds(),
                rounds.remarks());
    }

    private OperatorJob job(String id, List<OperatorJob.Check> checks) {
        return new OperatorJob(
                id,
                spec.setting(),
                spec.threads(),
                spec.device(),
                spec.batchBytes().get(OperatorMethod.of(id).device()),
                spec.warmUpSeconds(),
                spec.secondsPerRow(),
                spec.longestCallSeconds(),
                spec.caches(),
                checks,
                spec.protocol().stealLimit());
    }

    private static Map<String, DeviceRates> rates(Map<OperatorMethod, List<OperatorOutcome>> outcomes) {
        Map<String, List<DeviceRates>> all = new LinkedHashMap<>();
        outcomes.forEach((method, ofMethod) -> ofMethod.stream()
                .map(OperatorOutcome::rates)
                .filter(Objects::nonNull)
                .forEach(rates -> all.computeIfAbsent(method.device(), device -> new ArrayList<>())
                        .add(rates)));
        Map<String, DeviceRates> medians = new LinkedHashMap<>();
        all.forEach((device, list) -> medians.put(
                device,
                new DeviceRates(
                        Summary.median(list.stream()
                                .mapToDouble(DeviceRates::copyBytesPerSecond)
                                .toArray()),
                        Summary.median(list.stream()
                                .mapToDouble(DeviceRates::flopsPerSecond)
                                .toArray()))));
        return medians;
    }

    private List<OperatorRow> rows(
            Map<OperatorMethod, String> left,
            Map<OperatorMethod, List<OperatorOutcome>> outcomes,
            Map<String, DeviceRates> rates,
            List<JobFailure> failures) {
        Bootstrap bootstrap =
                new Bootstrap(spec.protocol().level(), spec.protocol().seed());
        List<OperatorRow> rows = new ArrayList<>();
        for (OperatorSetting.Case one : spec.setting().cases()) {
            for (Direction direction : Direction.values()) {
                Map<OperatorMethod, OperatorRow> line = new LinkedHashMap<>();
                for (OperatorMethod method : OperatorMethod.values()) {
                    line.put(
                            method,
                            left.containsKey(method)
                                    ? OperatorRow.without(
                                            one, direction, method, OperatorRow.UNAVAILABLE, left.get(method))
                                    : row(
                                            one,
                                            direction,
                                            method,
                                            outcomes.getOrDefault(method, List.of()),
                                            rates,
                                            failures,
                                            bootstrap));
                }
                line.forEach((method, row) -> rows.add(row.beside(
                        line.get(OperatorMethod.of(method.device() + "-eager")),
                        line.get(OperatorMethod.of(method.device() + "-compile")),
                        bootstrap)));
            }
        }
        return rows;
    }

    private OperatorRow row(
            OperatorSetting.Case one,
            Direction direction,
            OperatorMethod method,
            List<OperatorOutcome> outcomes,
            Map<String, DeviceRates> rates,
            List<JobFailure> failures,
            Bootstrap bootstrap) {
        List<OperatorOutcome.Timing> timings = outcomes.stream()
                .flatMap(outcome -> outcome.rows().stream())
                .filter(timing -> timing.of().equals(one) && timing.direction() == direction)
                .toList();
        if (timings.isEmpty()) {
            String reason = failures.stream()
                    .filter(failure -> failure.variant().equals(method.id()))
                    .map(JobFailure::reason)
                    .findFirst()
                    .orElse("no process gave a result");
            return OperatorRow.without(one, direction, method, OperatorRow.FAILED, reason);
        }
        for (OperatorOutcome.Timing timing : timings) {
            if (timing.reason() != null) {
                return OperatorRow.without(
                        one,
                        direction,
                        method,
                        timing.wrong() ? OperatorRow.FAILED : OperatorRow.UNAVAILABLE,
                        timing.reason());
            }
        }
        DeviceRates ofDevice = rates.get(method.device());
        OperatorFloor floor = ofDevice == null ? null : OperatorFloor.of(spec.setting(), one, direction, ofDevice);
        return OperatorRow.of(method, timings, floor, bootstrap);
    }
}
