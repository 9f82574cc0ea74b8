// SPDX-License-Identifier: Apache-2.0
package fizeau.bench.verify;

import fizeau.backend.Backend;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** Which check belongs to which group of cases. */
final class GroupChecks {

    /** Groups of features that do not exist yet. */
    private static final Set<String> NOT_YET = Set.of("propagator", "line", "mopie", "four_f");

    private static final Map<String, CaseCheck> WITHOUT_BACKEND = Map.of(
            "grid",
            new GridCheck(),
            "aperture",
            new ApertureCheck(),
            "pattern",
            new PatternCheck(),
            "noise",
            new NoiseCheck(),
            "loss",
            new LossCheck(),
            "metric",
            new MetricCheck());

    private static final Map<String, CaseCheck> ON_BACKEND = Map.of(
            "fft",
            new FourierCheck(),
            "telescope",
            new TelescopeCheck(),
            "measurement",
            new MeasurementCheck(),
            "loss_gradient",
            new LossGradientCheck(),
            "decoder",
            new DecoderCheck(),
            "workload",
            new WorkloadCheck());

    /** What a group asks of a backend beside the measurement operator. */
    private static final Map<String, Set<Backend.Stage>> NEEDED_STAGES = Map.of(
            "fft",
            Set.of(Backend.Stage.FOURIER_TRANSFORM),
            "telescope",
            Set.of(Backend.Stage.FOURIER_TRANSFORM),
            "measurement",
            Set.of(Backend.Stage.FOURIER_TRANSFORM),
            "decoder",
            Set.of(Backend.Stage.DECODER),
            "workload",
            Set.of(Backend.Stage.DECODER, Backend.Stage.TRAINING));

    private GroupChecks() {}

    /** Whether a backend has all stages that the group's check uses. */
    static boolean canRun(String group, Backend backend) {
        return NEEDED_STAGES.getOrDefault(group, Set.of()).stream().allMatch(backend::offers);
    }

    static boolean isNotYet(String group) {
        return NOT_YET.contains(group);
    }

    /** The check of a group that is plain mathematics, run once. */
    static Optional<CaseCheck> withoutBackend(String group) {
        return Optional.ofNullable(WITHOUT_BACKEND.get(group));
    }

    /** The check of a group that is run on every backend. */
    static Optional<CaseCheck> onBackend(String group) {
        return Optional.ofNullable(ON_BACKEND.get(group));
    }
}
