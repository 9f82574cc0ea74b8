// SPDX-License-Identifier: Apache-2.0
package fizeau.bench;

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
        if (device.matches("cuda(:\\d+)?")) {
            throw new IllegalArgumentException(
                    "--device " + device + " cannot be used: this command computes on the CPU only; use --device cpu");
        }
        if (!device.equals("auto") && !device.equals("cpu")) {
            throw new IllegalArgumentException("--device " + device + " is unknown: use auto, cpu or cuda[:n]");
        }
        return threads == null ? cores : threads;
    }
}
