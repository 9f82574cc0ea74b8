// SPDX-License-Identifier: Apache-2.0
package fizeau.bench.workload;

import java.util.Arrays;
import java.util.Locale;
import java.util.stream.Collectors;

/** The named workloads. */
public enum WorkloadPreset {
    /** The documented workload of the original: 100 samples, one iteration each. */
    DOC(100, 1),
    /** The workload of the original's published runs, and the default: 20 samples, 50 iterations each. */
    PROGRESSIVE(20, 50),
    /** Small enough to try: says that everything works, proves nothing about speed. */
    QUICK(3, 4),
    /** Long enough to tell variants apart, short enough to run many of them: what an ablation takes. */
    SHORT(8, 10);

    private final int samples;
    private final int epochs;

    WorkloadPreset(int samples, int epochs) {
        this.samples = samples;
        this.epochs = epochs;
    }

    public int samples() {
        return samples;
    }

    public int epochs() {
        return epochs;
    }

    public String word() {
        return name().toLowerCase(Locale.ROOT);
    }

    public static WorkloadPreset parse(String word) {
        for (WorkloadPreset preset : values()) {
            if (preset.word().equals(word)) {
                return preset;
            }
        }
        throw new IllegalArgumentException("workload " + word + " is unknown: use "
                + Arrays.stream(values()).map(WorkloadPreset::word).collect(Collectors.joining(" or ")));
    }
}
