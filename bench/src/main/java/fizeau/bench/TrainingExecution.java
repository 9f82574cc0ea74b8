// SPDX-License-Identifier: Apache-2.0
package fizeau.bench;

import com.fasterxml.jackson.databind.JsonNode;
import fizeau.bench.ablation.SwitchSet;
import fizeau.bench.environment.Environment;
import fizeau.bench.files.Json;
import fizeau.bench.files.RunFolder;
import fizeau.bench.protocol.ChildJvm;
import fizeau.bench.protocol.Progress;
import fizeau.bench.protocol.ProtocolSpec;
import fizeau.bench.report.ReportFormat;
import fizeau.bench.report.TrainingFiles;
import fizeau.bench.report.TrainingPictures;
import fizeau.bench.stats.Judgement;
import fizeau.bench.training.Acceptance;
import fizeau.bench.training.Campaign;
import fizeau.bench.training.Check;
import fizeau.bench.training.Comparison;
import fizeau.bench.training.LossSpread;
import fizeau.bench.training.PeerRecord;
import fizeau.bench.training.PublishedFigure;
import fizeau.bench.training.PythonPeers;
import fizeau.bench.training.SeedQuality;
import fizeau.bench.training.Speedup;
import fizeau.bench.training.TrainingRecord;
import fizeau.bench.training.TrainingTargets;
import fizeau.bench.training.VariantRecord;
import fizeau.bench.training.VariantSpec;
import fizeau.bench.workload.GoodSeeds;
import fizeau.bench.workload.MemoryEstimate;
import fizeau.bench.workload.ObjectSource;
import fizeau.bench.workload.Workload;
import fizeau.bench.workload.WorkloadPreset;
import fizeau.image.AmplitudeImage;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** What {@code compare}, {@code baseline} and {@code optimized} share: check everything, run, write everything down. */
final class TrainingExecution {
    /** Five good seeds make a judgement of quality; a round takes one, so five rounds give them at no extra cost. */
    private static final int SEEDS = 5;

    /** A training that takes longer hangs, or belongs to a bigger machine. */
    private static final double CHILD_TIMEOUT_SECONDS = 3 * 3600;

    private final String command;
    private final Surroundings surroundings;
    private final WorkloadOptions workloadOptions;
    private final SwitchOptions switches;
    private final ProtocolOptions protocolOptions;
    private final OutputOptions output;
    private final Progress progress;
    private PeerOptions peerOptions;

    TrainingExecution(
            String command,
            Surroundings surroundings,
            WorkloadOptions workloadOptions,
            SwitchOptions switches,
            ProtocolOptions protocolOptions,
            OutputOptions output) {
        this.command = command;
        this.surroundings = surroundings;
        this.workloadOptions = workloadOptions;
        this.switches = switches;
        this.protocolOptions = protocolOptions;
        this.output = output;
        this.progress = new Progress(surroundings.err(), surroundings.terminal());
    }

    /** Python peers run beside the variants. */
    TrainingExecution with(PeerOptions peers) {
        this.peerOptions = peers;
        return this;
    }

    /**
     * Runs the variants and prints the report; nothing is written before the input is known to be good. The device was chosen
     * before.
     */
    int run(List<VariantSpec> variants, VariantSpec reference) {
        Instant startedAt = Instant.now();
        Workload asked = workloadOptions.workload();
        ProtocolSpec protocol = protocolOptions.protocol(asked, workloadOptions.seed());
        MemoryEstimate memory = MemoryEstimate.of(asked);
        memory.requireAvailable(asked);
        Path root = output.root(surroundings);
        RunFolder.requireWritable(root);
        AmplitudeImage object = workloadOptions.loadObject();
        Workload workload = asked.withObject(asked.object(), ObjectSource.digest(object.toArray()));
        PythonPeers peers = peerOptions == null
                ? PythonPeers.none()
                : peerOptions.peers(workload, switches.device().toString());
        int wanted = protocol.minTimeSeconds() > 0 ? SEEDS : Math.min(SEEDS, protocol.rounds());
        List<Long> seeds = GoodSeeds.first(wanted, workloadOptions.seed(), workload.decoder());
        Environment environment = Environment.capture(surroundings.arguments());

        switches.announce(surroundings);
        RunFolder folder = RunFolder.create(root, command, startedAt);
        TrainingFiles files = new TrainingFiles(folder);
        files.announce(variants.stream().map(VariantSpec::name).toList());
        folder.expect(ReportFormat.HTML.file(), ReportFormat.MARKDOWN.file());
        ChildJvm children = new ChildJvm(Main.class.getName(), memory.heapBytes(), CHILD_TIMEOUT_SECONDS);
        boolean tune = switches.tuneThreads() && !workload.name().equals(WorkloadPreset.QUICK.word());
        Campaign.Plan plan =
                new Campaign.Plan(workload, variants, reference, seeds, protocol, switches.cores(), tune, peers);
        Campaign campaign = new Campaign(plan, folder, children::run, progress);
        Campaign.Result result = campaign.run(object);
        // on the CPU every sum has a fixed order, and two more processes would show nothing else
        LossSpread spread = switches.cuda() ? campaign.lossSpread(result) : null;

        TrainingRecord record =
                record(folder, workload, protocol, result, spread, seeds, children.flags(), Json.tree(environment));
        files.write(record, result.runs());
        pictures(folder, record, result);
        pages(folder, record);
        record.missing().forEach(failure -> folder.remark(failure.reason()));
        folder.finish();
        progress.done();
        files.print(record, output.json(), surroundings.out());
        return record.failed() ? Main.FAILED : Main.DONE;
    }

    private void pictures(RunFolder folder, TrainingRecord record, Campaign.Result result) {
        if (result.runs().isEmpty()) {
            return;
        }
        progress.step("pictures", 0);
        new TrainingPictures(folder, record, result.runs()).draw();
    }

    private static void pages(RunFolder folder, TrainingRecord record) {
        if (!record.variants().isEmpty()) {
            for (ReportFormat format : List.of(ReportFormat.HTML, ReportFormat.MARKDOWN)) {
                folder.writeText(format.file(), format.render(record, folder.path()));
            }
        }
    }

    private TrainingRecord record(
            RunFolder folder,
            Workload workload,
            ProtocolSpec protocol,
            Campaign.Result result,
            LossSpread spread,
            List<Long> seeds,
            List<String> flags,
            JsonNode environment) {
        Comparison comparison = new Comparison(workload, protocol, result);
        Map<String, VariantRecord> variants = comparison.variants();
        Speedup speedup = comparison
                .speedup(VariantSpec.OPTIMIZED, VariantSpec.BASELINE)
                .or(() -> comparison.speedup(VariantSpec.OPTIMIZED_AGAIN, VariantSpec.OPTIMIZED))
                .orElse(null);
        Speedup overOnce = comparison
                .speedup(VariantSpec.OPTIMIZED, VariantSpec.BASELINE_ONCE)
                .orElse(null);
        List<PeerRecord> peers = comparison.peers();
        List<SeedQuality> qualities = comparison.qualities(VariantSpec.BASELINE);
        List<Check> checks = new ArrayList<>(
                new Acceptance(workload, variants, peers).of(speedup, overOnce, qualities, result.gate()));
        if (spread != null) {
            checks.add(spread.check());
        }
        List<Long> used = seeds.subList(0, Math.min(seeds.size(), Math.max(1, result.rounds())));
        return new TrainingRecord(
                TrainingRecord.SCHEMA,
                "measured",
                command,
                folder.runId(),
                folder.shownPath(),
                folder.startedAt().toString(),
                progress.elapsedSeconds(),
                switches.device().toString(),
                workload,
                speedup,
                overOnce,
                variants,
                peers,
                TrainingTargets.of(switches.device().toString(), workload, variants, peers),
                checks,
                spread,
                qualities,
                result.gate(),
                result.threadTrials(),
                protocol,
                result.rounds(),
                flags,
                used,
                variants.size() > 1 ? PublishedFigure.all() : List.of(),
                result.failures(),
                remarks(workload, protocol, result),
                environment);
    }

    private List<String> remarks(Workload workload, ProtocolSpec protocol, Campaign.Result result) {
        List<String> remarks = new ArrayList<>(result.remarks());
        SwitchSet.of(switches.device()).remarkOnReference().ifPresent(remarks::add);
        Judgement.remarkOnFewRounds(result.rounds()).ifPresent(remarks::add);
        if (workload.name().equals(WorkloadPreset.QUICK.word())) {
            remarks.add("the quick workload shows that everything works; its times are no measure of speed");
        }
        long notStationary = result.runs().stream()
                .filter(run -> !run.report().phases().stationary())
                .count();
        if (notStationary > 0) {
            remarks.add(notStationary + " of " + result.runs().size()
                    + " warm-ups ended at their bound of " + protocol.warmUp().maxSeconds()
                    + " s before two passes agreed");
        }
        return remarks;
    }
}
