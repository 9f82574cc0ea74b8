// SPDX-License-Identifier: Apache-2.0
package fizeau.bench.profile;

import fizeau.backend.StageClock.Stage;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** To which stage of an iteration a kernel of ours belongs, so that a replayed graph can be told apart too. */
final class DeviceStages {

    /** Everything else: copies, fills, measurements of a sample's beginning, kernels of libraries. */
    static final String OTHER = "other";

    private static final Map<Stage, Set<String>> KERNELS = Map.of(
            Stage.FORWARD,
            Set.of("decoder_first", "decoder_convolve"),
            Stage.TELESCOPE,
            Set.of("box_project", "row_l1", "box_adjoint", "object_adjoint", "training_advance"),
            Stage.BACKWARD,
            Set.of("head_gradient", "decoder_backward", "gather_weights", "decoder_first_step"),
            Stage.OPTIMISER,
            Set.of("adam_step"));

    private DeviceStages() {}

    static String of(String kernel) {
        return KERNELS.entrySet().stream()
                .filter(entry -> entry.getValue().contains(kernel))
                .map(entry -> entry.getKey().word())
                .findFirst()
                .orElse(OTHER);
    }

    /** Seconds on the device by stage, in the order of an iteration; stages that do not occur are left out. */
    static Map<String, Double> seconds(List<DeviceTimes> times) {
        Map<String, Double> seconds = new LinkedHashMap<>();
        for (Stage stage : Stage.values()) {
            seconds.put(stage.word(), 0.0);
        }
        seconds.put(OTHER, 0.0);
        times.forEach(one -> seconds.merge(of(one.name()), one.totalNanos() * 1e-9, Double::sum));
        seconds.values().removeIf(sum -> sum == 0);
        return seconds;
    }
}
