// SPDX-License-Identifier: Apache-2.0
package fizeau.bench;

import fizeau.bench.protocol.ProtocolSpec;
import fizeau.bench.protocol.WarmUpRule;
import fizeau.bench.workload.Workload;
import fizeau.bench.workload.WorkloadPreset;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Options that say how it is measured. */
final class ProtocolOptions {
    private static final int ROUNDS = 5;
    private static final int QUICK_ROUNDS = 2;

    @Option(
            names = "--rounds",
            paramLabel = "N",
            description = "How often each variant runs, every time in a fresh JVM. Fewer than 5 prove nothing."
                    + " Default: " + ROUNDS + ", of the quick workload " + QUICK_ROUNDS)
    private Integer rounds;

    @Option(
            names = "--min-time",
            paramLabel = "SECONDS",
            defaultValue = "0",
            description = "Adds rounds until every variant was timed for this long. Default: ${DEFAULT-VALUE}")
    private double minTime;

    @Option(
            names = "--max-seconds",
            paramLabel = "SECONDS",
            defaultValue = "0",
            description = "Starts no round that would end later; 0 for no limit. Default: ${DEFAULT-VALUE}")
    private double maxSeconds;

    @Mixin
    private WarmUpOption warmUp;

    ProtocolSpec protocol(Workload workload, long seed) {
        boolean quick = workload.name().equals(WorkloadPreset.QUICK.word());
        int usual = quick ? QUICK_ROUNDS : ROUNDS;
        return new ProtocolSpec(
                rounds == null ? usual : rounds,
                minTime,
                maxSeconds,
                seed,
                ProtocolSpec.LEVEL,
                ProtocolSpec.STEAL_LIMIT,
                warmUp.or(quick ? WarmUpRule.quick() : WarmUpRule.usual()));
    }
}
