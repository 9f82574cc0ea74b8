// SPDX-License-Identifier: Apache-2.0
package fizeau.bench;

import fizeau.bench.ablation.SwitchSet;
import fizeau.bench.training.VariantSpec;
import java.util.List;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** One variant alone, held against the baseline before it is timed. */
abstract class VariantCommand extends AbstractCommand {

    @Mixin
    private WorkloadOptions workload;

    @Mixin
    private SwitchOptions switches;

    @Mixin
    private ProtocolOptions protocol;

    @Mixin
    private OutputOptions output;

    /** Chooses where it runs. */
    void choose(SwitchOptions given) {
        given.choose();
    }

    /** The variant that the options describe. */
    abstract VariantSpec variant(SwitchOptions given);

    @Override
    public Integer call() {
        choose(switches);
        VariantSpec reference = SwitchSet.of(switches.device()).reference(switches.threads());
        VariantSpec variant = variant(switches);
        String command = variant.name().startsWith(VariantSpec.BASELINE) ? VariantSpec.BASELINE : variant.name();
        return new TrainingExecution(command, surroundings(), workload, switches, protocol, output)
                .run(List.of(variant), reference);
    }

    /** The original's way alone. */
    @Command(name = "baseline", description = "Runs the original's way alone: eager libtorch with autograd.")
    static final class Baseline extends VariantCommand {

        @Option(
                names = "--measure-once",
                description = "Measure the object once per position, as the real training loop does.")
        private boolean measureOnce;

        @Override
        void choose(SwitchOptions given) {
            given.chooseCpu("the baseline is eager libtorch on the CPU, and on a GPU Python's torch, which compare"
                    + " --device cuda runs");
        }

        @Override
        VariantSpec variant(SwitchOptions given) {
            return VariantSpec.baseline(measureOnce, given.threads());
        }
    }

    /** The engine alone. */
    @Command(name = "optimized", description = "Runs the engine alone, with the switches given.")
    static final class Optimized extends VariantCommand {

        @Override
        VariantSpec variant(SwitchOptions given) {
            return given.optimized();
        }
    }
}
