// SPDX-License-Identifier: Apache-2.0
package fizeau.bench.batch;

import fizeau.backend.selection.DeviceName;
import java.util.List;
import java.util.Locale;

/** How the members of a batch share a device. */
public enum BatchWay {
    /** Branches of one graph, or streams that take turns. */
    BRANCHES,
    /** One after the other, each with all threads. */
    IN_TURN,
    /** On one thread each. */
    SIDE_BY_SIDE;

    public String word() {
        return name().toLowerCase(Locale.ROOT).replace('_', '-');
    }

    /** Those that a device has. */
    static List<BatchWay> on(DeviceName device) {
        return device.kind() == DeviceName.Kind.CUDA ? List.of(BRANCHES) : List.of(IN_TURN, SIDE_BY_SIDE);
    }
}
