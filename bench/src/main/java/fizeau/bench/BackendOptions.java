// SPDX-License-Identifier: Apache-2.0
package fizeau.bench;

import fizeau.backend.Backend;
import fizeau.backend.cpu.CpuBackend;
import fizeau.backend.selection.AbsentLibrary;
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

    private String notice;

    /** Opens one backend; the notice that the GPU is not used goes to standard error. */
    Backend open(Surroundings surroundings) {
        return selector(surroundings).open(name());
    }

    /**
     * The device that a command shall compute on: the one that was asked for, or the GPU where it can be used, else the CPU;
     * {@link #announce} says why.
     *
     * @throws IllegalArgumentException where the one that was asked for cannot be used
     */
    DeviceName choose() {
        BackendSelector.Choice choice = BackendSelector.choose(Settings.ofProcess(), name());
        if (choice.obstacle() != null) {
            notice = "computing on the CPU: " + choice.obstacle();
        }
        if (choice.device().kind() == DeviceName.Kind.CPU) {
            AbsentLibrary.requireNone();
        }
        return choice.device();
    }

    /** The same, of a command whose answers are checked against libtorch's on the CPU. */
    DeviceName chooseChecked(String command) {
        DeviceName chosen = choose();
        AbsentLibrary.requireFor("the answer that " + command + " is checked against");
        return chosen;
    }

    /** Says on standard error, once it is known that the command will run, why it does not run on a GPU. */
    void announce(Surroundings surroundings) {
        if (notice != null) {
            surroundings.err().println(notice);
        }
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
