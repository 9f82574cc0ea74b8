// SPDX-License-Identifier: Apache-2.0
package fizeau.bench;

import fizeau.backend.selection.DeviceName;
import picocli.CommandLine.Option;

/** Where a command that sets the switches itself runs, and on how many threads. */
final class DeviceOptions {

    @Option(
            names = "--device",
            paramLabel = "NAME",
            defaultValue = "auto",
            description = "auto, cpu or cuda[:n]. Default: ${DEFAULT-VALUE}")
    private String device;

    @Option(names = "--threads", paramLabel = "N", description = "Most threads. Default: all cores")
    private Integer threads;

    /** The thread count; refuses, in one sentence, what does not exist or is not here. */
    int requirePossible() {
        int cores = Runtime.getRuntime().availableProcessors();
        if (threads != null && (threads < 1 || threads > cores)) {
            throw new IllegalArgumentException("--threads " + threads + " is not possible: use 1 to " + cores
                    + ", the cores this process may use");
        }
        if (DeviceName.parse(device).kind() == DeviceName.Kind.CUDA) {
            throw new IllegalArgumentException(
                    "--device " + device + " cannot be used: this command computes on the CPU only; use --device cpu");
        }
        return threads == null ? cores : threads;
    }
}
