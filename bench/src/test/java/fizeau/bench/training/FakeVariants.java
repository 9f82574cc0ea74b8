// SPDX-License-Identifier: Apache-2.0
package fizeau.bench.training;

import fizeau.bench.files.Json;
import fizeau.bench.files.RunFolder;
import fizeau.bench.protocol.ProtocolSpec;
import java.util.List;
import java.util.Map;

/** Made-up variants under the names of real ones, and the record of a run of them. */
public final class FakeVariants {

    private FakeVariants() {}

    /** An honest variant that is called {@code name}. */
    public static VariantSpec honest(String name) {
        return new VariantSpec(name, FakeSessions.NAME, "cpu", false, true, true, true, "auto", true, true, 1, 1);
    }

    public static TrainingRecord record(RunFolder folder, Campaign.Result result) {
        ProtocolSpec protocol = Campaigns.protocol(result.rounds());
        Comparison comparison = new Comparison(Campaigns.workload(), protocol, result);
        Map<String, VariantRecord> variants = comparison.variants();
        Speedup speedup = comparison.speedup("optimized", "baseline").orElse(null);
        List<SeedQuality> qualities = comparison.qualities("baseline");
        return new TrainingRecord(
                TrainingRecord.SCHEMA,
                "measured",
                "compare",
                folder.runId(),
                "test/" + folder.runId(),
                folder.startedAt().toString(),
                1,
                "cpu",
                Campaigns.workload(),
                speedup,
                null,
                variants,
                comparison.peers(),
                List.of(),
                null,
                new Acceptance(Campaigns.workload(), variants, comparison.peers())
                        .of(speedup, null, qualities, result.gate()),
                null,
                qualities,
                result.gate(),
                result.threadTrials(),
                protocol,
                result.rounds(),
                List.of(),
                List.of(1L, 3L, 4L),
                PublishedFigure.all(),
                result.failures(),
                result.remarks(),
                Json.tree(Map.of("processor", Map.of("model", "made up", "usableProcessors", 1))));
    }
}
