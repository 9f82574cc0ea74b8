// SPDX-License-Identifier: Apache-2.0
package fizeau.bench;

import fizeau.backend.selection.DeviceName;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Where a command that sets the switches itself runs, and on how many threads. */
final class DeviceOptions {

    @Mixin
    private BackendOptions device;

    @Option(names = "--threads", paramLabel = "N", description = "Most threads. Default: all cores")
    private Integer threads;

    /** The device that was asked for; refuses an unknown word. */
    DeviceName name() {
        return device.name();
    }

    /** The device, chosen where none was asked for; refuses, in one sentence, what is not here. */
    DeviceName choose() {
        return device.choose();
    }

    /** The same, of a command whose answers are checked against libtorch's on the CPU. */
    DeviceName chooseChecked(String command) {
        return device.chooseChecked(command);
    }

    /** Says, once it is known that the command will run, why it does not run on a GPU. */
    void announce(Surroundings surroundings) {
        device.announce(surroundings);
    }

    /** The thread count; refuses, in one sentence, what this process may not use. */
    int threads() {
        return threads(threads);
    }

    /** As many as were asked for, by default one for each core; refuses, in one sentence, what this process may not use. */
    static int threads(Integer asked) {
        int cores = Runtime.getRuntime().availableProcessors();
        if (asked != null && (asked < 1 || asked > cores)) {
            throw new IllegalArgumentException(
                    "--threads " + asked + " is not possible: use 1 to " + cores + ", the cores this process may use");
        }
        return asked == null ? cores : asked;
    }
}
