// SPDX-License-Identifier: Apache-2.0
package fizeau.bench;

import fizeau.bench.ablation.SwitchSet;
import fizeau.bench.training.VariantSpec;
import java.util.List;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** The main job: the original's way and ours on the same workload, and what that makes. */
@Command(
        name = "compare",
        description = {
            "Trains the same workload the original's way (baseline: measures the object in every iteration; baseline-once:"
                    + " once per position) and with the engine (optimized), and reports the speedup.",
            "On a GPU (--device cuda) the opponent is Python's torch on it, where it is installed, and the engine trains at"
                    + " both levels: our own kernels and NVIDIA's libraries. --level names one of them alone.",
            "Each variant runs in a fresh JVM in every round. Correctness comes first: a variant whose losses differ is"
                    + " not timed."
        })
final class CompareCommand extends AbstractCommand {

    @Mixin
    private WorkloadOptions workload;

    @Mixin
    private SwitchOptions switches;

    @Mixin
    private ProtocolOptions protocol;

    @Mixin
    private PeerOptions peers;

    @Mixin
    private OutputOptions output;

    @Option(
            names = "--aa",
            description =
                    "Compares the optimised variant with itself, under two names, and with nothing else: the noise"
                            + " floor of this machine, measured. No difference may be claimed; exit code 1 if one is.")
    private boolean twins;

    @Override
    public Integer call() {
        switches.choose();
        if (twins) {
            VariantSpec optimized = switches.optimized();
            return new TrainingExecution("compare", surroundings(), workload, switches, protocol, output)
                    .run(List.of(optimized, optimized.withName(VariantSpec.OPTIMIZED_AGAIN)), optimized);
        }
        VariantSpec baseline = SwitchSet.of(switches.device()).reference(switches.threads());
        if (switches.cuda()) {
            // The opponent on a GPU is Python's torch there; the baseline on the CPU says whether losses are right.
            return new TrainingExecution("compare", surroundings(), workload, switches, protocol, output)
                    .with(peers)
                    .with(switches.missingLevels())
                    .run(switches.levels(), baseline);
        }
        VariantSpec once = VariantSpec.baseline(true, switches.threads());
        return new TrainingExecution("compare", surroundings(), workload, switches, protocol, output)
                .with(peers)
                .run(List.of(baseline, once, switches.optimized()), baseline);
    }
}
