// SPDX-License-Identifier: Apache-2.0
package fizeau.bench;

import fizeau.backend.Backend;
import fizeau.backend.cpu.CpuBackend;
import fizeau.backend.selection.BackendSelector;
import fizeau.backend.selection.DeviceName;
import fizeau.nativeconfig.Settings;
import java.util.List;
import java.util.function.Supplier;
import picocli.CommandLine.Option;

/** Where a command computes. */
final class BackendOptions {

    @Option(
            names = "--device",
            paramLabel = "NAME",
            defaultValue = "auto",
            description = "auto, cpu or cuda[:n]. Default: ${DEFAULT-VALUE}")
    private String device;

    /** Opens one backend; the notice that the GPU is not used goes to standard error. */
    Backend open(Surroundings surroundings) {
        return selector(surroundings).open(name());
    }

    /** Opens every backend that is present, or the one that was asked for. */
    List<Backend> openAll(Surroundings surroundings) {
        return selector(surroundings).openAll(name());
    }

    /** Refuses an unknown word, before anything is done. */
    DeviceName name() {
        return DeviceName.parse(device);
    }

    /** Refuses the GPU, in one sentence, to a command that cannot use it. */
    void refuseCuda(Supplier<String> reason) {
        if (name().kind() == DeviceName.Kind.CUDA) {
            throw new IllegalArgumentException(
                    "--device " + device + " cannot be used: " + reason.get() + "; use --device cpu");
        }
    }

    private static BackendSelector selector(Surroundings surroundings) {
        return new BackendSelector(
                Settings.ofProcess(),
                () -> CpuBackend.open(Runtime.getRuntime().availableProcessors()),
                surroundings.err()::println);
    }
}
