// SPDX-License-Identifier: Apache-2.0
package fizeau.bench.ablation;

import fizeau.backend.selection.DeviceName;
import fizeau.bench.files.Json;
import fizeau.bench.files.RunFolder;
import fizeau.bench.protocol.Progress;
import fizeau.bench.protocol.ProtocolSpec;
import fizeau.bench.protocol.RoundLoop;
import fizeau.bench.protocol.WarmUpRule;
import fizeau.bench.report.AblationFiles;
import fizeau.bench.training.PublishedFigure;
import fizeau.bench.workload.ObjectSource;
import fizeau.bench.workload.Workload;
import fizeau.image.AmplitudeImage;
import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.file.Path;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** Ablations of processes that never ran, with everything that a real one leaves behind. */
public final class MadeUpAblation {
    private static final int OBJECT = 16;

    /** Small, so that a real one would be quick too. */
    static final AmplitudeImage PICTURE = ObjectSource.load(null, OBJECT);

    static final Workload WORKLOAD = new Workload(
            "custom",
            OBJECT,
            32,
            4,
            "fermat",
            8,
            2,
            5,
            1e-3,
            1,
            ObjectSource.BUILT_IN,
            ObjectSource.digest(PICTURE.toArray()));

    private static final SwitchSet SWITCHES = SwitchSet.of(DeviceName.parse("cpu"));

    private MadeUpAblation() {}

    /** Writes a run in which every switch helps a little; returns its folder. */
    public static Path write(Path root, double optimizedSeconds) {
        Map<String, Double> seconds = new HashMap<>(Map.of("baseline", 16.0, "all-off", 13.0));
        seconds.put("only-measurement-cache", 11.0);
        seconds.put("up-to-fft-cache", 10.4);
        seconds.put("up-to-grid-cache", 10.5);
        seconds.put("up-to-plan", 6.0);
        seconds.put("up-to-fused", 3.0);
        seconds.put("without-threads", 2.6);
        seconds.put("optimized", optimizedSeconds);
        for (AblatedSwitch one : SWITCHES.switches()) {
            seconds.putIfAbsent(one.aloneName(), 12.0 - one.ordinal());
            seconds.putIfAbsent(one.leftOutName(), 1.8 + 0.3 * one.ordinal());
        }
        RunFolder folder = RunFolder.create(root, "ablate", Instant.parse("2026-01-02T03:04:05Z"));
        AblationFiles files = new AblationFiles(folder);
        files.announce();
        FakeRuns runs = new FakeRuns(seconds, "");
        files.write(record(runs::run, 5, folder), List.of());
        folder.finish();
        return folder.path();
    }

    /** The record of an ablation by an executor. */
    static AblationRecord record(RoundLoop.Executor executor, int rounds, RunFolder folder) {
        ProtocolSpec protocol = new ProtocolSpec(rounds, 0, 0, 1, 0.95, 1, new WarmUpRule(0, 0.01, 0.5));
        Progress quiet = new Progress(new PrintStream(OutputStream.nullOutputStream()), false);
        Ablation.Plan plan = new Ablation.Plan(WORKLOAD, List.of(1L, 3L), protocol, 1, SWITCHES);
        Ablation.Result result = new Ablation(plan, folder, executor, quiet).run(PICTURE);
        AblationSummary summary = new AblationSummary(plan, result);
        return new AblationRecord(
                AblationRecord.SCHEMA,
                "measured",
                "ablate",
                folder.runId(),
                "test",
                "2026-01-02T03:04:05Z",
                1,
                "cpu",
                WORKLOAD,
                summary.switches(),
                summary.caches(),
                summary.switchDetails(),
                summary.cacheDetails(),
                summary.steps(),
                summary.stages(),
                summary.references(),
                result.wrong().isEmpty(),
                summary.variants(),
                result.trainings().gate(),
                protocol,
                rounds,
                1,
                List.of(),
                List.of(1L),
                PublishedFigure.all(),
                result.failures(),
                result.remarks(),
                Json.tree(Map.of("processor", Map.of("model", "made-up processor", "usableProcessors", 2))));
    }
}
