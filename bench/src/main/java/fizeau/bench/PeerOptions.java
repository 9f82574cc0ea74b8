// SPDX-License-Identifier: Apache-2.0
package fizeau.bench;

import fizeau.bench.eager.PeerJob;
import fizeau.bench.eager.PythonPeer;
import fizeau.bench.training.PythonPeers;
import fizeau.bench.workload.Workload;
import fizeau.bench.workload.WorkloadPreset;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import picocli.CommandLine.Option;

/** Options that say which Python processes run beside the variants. */
final class PeerOptions {
    private static final String NONE = "none";

    @Option(
            names = "--peers",
            paramLabel = "NAME",
            split = ",",
            description =
                    "Python peers: eager, compile (torch.compile), max-autotune (the same in that mode), several with"
                            + " commas, or none."
                            + " Default: eager, of the quick workload none")
    private List<String> names;

    @Option(
            names = "--python",
            paramLabel = "FILE",
            description = "Python interpreter with torch for the peers. Default: python3")
    private Path python;

    /** The peers on a device, each asked whether it can run; refuses unknown names and a missing file in one sentence. */
    PythonPeers peers(Workload workload, String device) {
        List<PeerJob.Mode> modes = modes();
        if (python != null && !Files.isExecutable(python)) {
            throw new IllegalArgumentException(
                    "--python " + python + " is no file that can be run: name a Python interpreter");
        }
        boolean quick = workload.name().equals(WorkloadPreset.QUICK.word());
        if (names == null && python == null && quick) {
            return PythonPeers.leftOut(modes, "left out of the quick workload: ask for it with --peers eager");
        }
        return PythonPeers.of(new PythonPeer(Optional.ofNullable(python), Map.of()), modes, device);
    }

    private List<PeerJob.Mode> modes() {
        if (names == null) {
            return List.of(PeerJob.Mode.EAGER);
        }
        if (names.equals(List.of(NONE))) {
            return List.of();
        }
        List<PeerJob.Mode> modes = new ArrayList<>();
        for (String name : names) {
            PeerJob.Mode found = Arrays.stream(PeerJob.Mode.values())
                    .filter(mode -> mode.word().equals(name))
                    .findFirst()
                    .orElseThrow(() -> new IllegalArgumentException("--peers " + name + " is unknown: use "
                            + Arrays.stream(PeerJob.Mode.values())
                                    .map(PeerJob.Mode::word)
                                    .collect(Collectors.joining(", "))
                            + " or " + NONE));
            if (!modes.contains(found)) {
                modes.add(found);
            }
        }
        return modes;
    }
}
