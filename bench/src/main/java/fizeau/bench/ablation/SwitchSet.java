// SPDX-License-Identifier: Apache-2.0
package fizeau.bench.ablation;

import fizeau.backend.Plan;
import fizeau.backend.Precision;
import fizeau.backend.TrainingLevel;
import fizeau.backend.selection.AbsentLibrary;
import fizeau.backend.selection.DeviceName;
import fizeau.bench.training.VariantSpec;
import fizeau.nativeconfig.CudaLibrary;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * The switches that the engine has on a device, and the variants that tell what each is worth.
 *
 * @param device which trains
 * @param switches in the order in which the steps turn them on, at least three
 */
public record SwitchSet(DeviceName device, List<AblatedSwitch> switches) {

    /** The engine with everything off. */
    public static final String ALL_OFF = "all-off";

    /** The optimised variant without any cache: what all caches together are worth. */
    public static final String WITHOUT_CACHES = "without-caches";

    private static final List<AblatedSwitch> CPU = List.of(
            AblatedSwitch.MEASUREMENT_CACHE,
            AblatedSwitch.FFT_CACHE,
            AblatedSwitch.GRID_CACHE,
            AblatedSwitch.PLAN,
            AblatedSwitch.FUSED,
            AblatedSwitch.FUSED_OPTIMIZER,
            AblatedSwitch.THREADS);

    /** Graphs come last: with any cache off there is nothing to replay. The level comes before what only one level has. */
    private static final List<AblatedSwitch> CUDA = List.of(
            AblatedSwitch.MEASUREMENT_CACHE,
            AblatedSwitch.FFT_CACHE,
            AblatedSwitch.GRID_CACHE,
            AblatedSwitch.FUSED_LEVEL,
            AblatedSwitch.PLAN,
            AblatedSwitch.FUSED_LOSS,
            AblatedSwitch.SHARED_LAUNCHES,
            AblatedSwitch.STEP_IN_EPILOGUE,
            AblatedSwitch.CUDA_GRAPHS);

    public SwitchSet {
        switches = List.copyOf(switches);
    }

    /** Those of a device that is known: {@code cpu} or {@code cuda[:n]}, there with all of NVIDIA's libraries. */
    public static SwitchSet of(DeviceName device) {
        return of(device, EnumSet.allOf(CudaLibrary.class));
    }

    /**
     * The same where only some of NVIDIA's libraries are here: what needs another one can be no switch.
     *
     * @param libraries of the CUDA release that is used
     */
    public static SwitchSet of(DeviceName device, Set<CudaLibrary> libraries) {
        return switch (device.kind()) {
            case CPU -> new SwitchSet(device, CPU);
            case CUDA ->
                new SwitchSet(
                        device,
                        CUDA.stream()
                                .filter(one -> libraries.containsAll(needed(one)))
                                .toList());
            case AUTO ->
                throw new IllegalArgumentException(
                        "the switches of --device auto are not known before a device is chosen");
        };
    }

    /** What has to be here to turn a switch off on a GPU. */
    private static Set<CudaLibrary> needed(AblatedSwitch one) {
        return switch (one) {
            case FUSED_LEVEL -> Set.of(CudaLibrary.CUDNN, CudaLibrary.CUBLAS, CudaLibrary.CUFFT);
            case PLAN -> Set.of(CudaLibrary.CUFFT);
            default -> Set.of();
        };
    }

    private boolean hasLevels() {
        return switches.contains(AblatedSwitch.FUSED_LEVEL);
    }

    public boolean onCuda() {
        return device.kind() == DeviceName.Kind.CUDA;
    }

    /** The variant with this switch and all before it on: a step from all off to all on. */
    public String stepName(AblatedSwitch one) {
        int place = switches.indexOf(one);
        int last = switches.size() - 1;
        if (place == 0) {
            return one.aloneName();
        }
        if (place == last - 1) {
            return switches.get(last).leftOutName();
        }
        return place == last ? VariantSpec.OPTIMIZED : "up-to-" + one.option();
    }

    /** Why one of the switch's two variants does not show this switch alone, in one sentence; empty when both do. */
    public String caveat(AblatedSwitch one, int threads) {
        if (one == AblatedSwitch.FUSED_OPTIMIZER) {
            return "cannot act alone: its single pass runs inside the fused passes, so that alone it changes nothing and its"
                    + " ratio is the noise of two runs of the same program";
        }
        if (one == AblatedSwitch.FUSED) {
            return "takes the fused optimiser with it when left out: its single pass runs inside the fused passes";
        }
        if (one == AblatedSwitch.THREADS && threads == 1) {
            return "changes nothing here: only one thread may be used, so that both ratios are noise";
        }
        if (one == AblatedSwitch.CUDA_GRAPHS) {
            return "cannot act alone: with a cache off there is something to be made on the host in every iteration and"
                    + " nothing is replayed, so that alone its ratio is the noise of two runs of the same program";
        }
        if (hasLevels() && (one == AblatedSwitch.SHARED_LAUNCHES || one == AblatedSwitch.STEP_IN_EPILOGUE)) {
            return "cannot act alone: the library level, which everything off means, has nothing of the kind, so that alone"
                    + " its ratio is the noise of two runs of the same program";
        }
        if (hasLevels() && one == AblatedSwitch.PLAN) {
            return "cannot act alone: the plan that the library level chooses is the full FFT, so that alone its ratio is the"
                    + " noise of two runs of the same program";
        }
        if (onCuda() && one == AblatedSwitch.FUSED_LEVEL) {
            return "takes box form, shared launches and Adam in the epilogue with it when left out";
        }
        if (onCuda() && one.isCache()) {
            return "takes the graphs with it when left out: what is made on the host in every iteration cannot be"
                    + " replayed; alone, and as a step, it is the cache alone";
        }
        return "";
    }

    /** Why the step that adds this switch may show something else; empty when it does not. */
    String stepCaveat(AblatedSwitch one, int threads) {
        return one == AblatedSwitch.THREADS ? caveat(one, threads) : "";
    }

    /**
     * What the variants are held against before they are timed: the eager baseline on the CPU, or, where its library was left
     * out of this installation, the engine on the device with everything off.
     */
    public VariantSpec reference(int threads) {
        return judgedByItself() ? variant(ALL_OFF, Set.of(), threads) : VariantSpec.baseline(false, threads);
    }

    /** What a reader must know of {@link #reference}; empty where it is the baseline. */
    public Optional<String> remarkOnReference() {
        return judgedByItself()
                ? Optional.of("losses were held against those of the engine's own plainest variant on the same device,"
                        + " because the baseline needs libtorch, which this installation leaves out; bundle/run verify"
                        + " holds the mathematics against reference vectors")
                : Optional.empty();
    }

    private boolean judgedByItself() {
        return onCuda() && AbsentLibrary.first().isPresent();
    }

    /**
     * The engine with a set of switches on, and everything else done the plain way.
     *
     * @param threads how many {@link AblatedSwitch#THREADS} means; 1 without it
     */
    public VariantSpec variant(String name, Set<AblatedSwitch> on, int threads) {
        VariantSpec optimized = VariantSpec.optimized(device.toString(), threads);
        VariantSpec chosen = new VariantSpec(
                name,
                optimized.provider(),
                optimized.device(),
                false,
                on.contains(AblatedSwitch.MEASUREMENT_CACHE),
                on.contains(AblatedSwitch.FFT_CACHE),
                on.contains(AblatedSwitch.GRID_CACHE),
                has(AblatedSwitch.PLAN, on) ? optimized.plan() : Plan.FFT.word(),
                on.contains(AblatedSwitch.FUSED) || on.contains(AblatedSwitch.SHARED_LAUNCHES),
                on.contains(AblatedSwitch.FUSED_OPTIMIZER) || on.contains(AblatedSwitch.STEP_IN_EPILOGUE),
                on.contains(AblatedSwitch.THREADS) ? threads : 1,
                1);
        return onCuda()
                ? chosen.onCuda(device, on.contains(AblatedSwitch.CUDA_GRAPHS))
                        .at(
                                has(AblatedSwitch.FUSED_LEVEL, on) ? TrainingLevel.FUSED : TrainingLevel.LIBRARY,
                                Precision.FP32,
                                false)
                        .withFusedLoss(on.contains(AblatedSwitch.FUSED_LOSS))
                : chosen;
    }

    /** Whether a switch is on, or is none here. */
    private boolean has(AblatedSwitch one, Set<AblatedSwitch> on) {
        return on.contains(one) || !switches.contains(one);
    }

    /**
     * Everything an ablation trains: on the CPU the eager baseline; all off, each alone, all on, each left out, all caches out,
     * and the steps between all off and all on that are none of these.
     */
    public List<VariantSpec> variants(int threads) {
        List<VariantSpec> variants = new ArrayList<>();
        if (!onCuda()) {
            variants.add(VariantSpec.baseline(false, threads));
        }
        variants.add(variant(ALL_OFF, Set.of(), threads));
        for (AblatedSwitch one : switches) {
            variants.add(variant(one.aloneName(), Set.of(one), threads));
        }
        variants.add(variant(VariantSpec.OPTIMIZED, EnumSet.copyOf(switches), threads));
        for (AblatedSwitch one : switches) {
            variants.add(variant(one.leftOutName(), without(Set.of(one)), threads));
        }
        Set<AblatedSwitch> caches =
                EnumSet.copyOf(switches.stream().filter(AblatedSwitch::isCache).toList());
        variants.add(variant(WITHOUT_CACHES, without(caches), threads));
        for (int last = 0; last < switches.size(); last++) {
            String step = stepName(switches.get(last));
            if (variants.stream().noneMatch(variant -> variant.name().equals(step))) {
                variants.add(variant(step, EnumSet.copyOf(switches.subList(0, last + 1)), threads));
            }
        }
        return variants;
    }

    private Set<AblatedSwitch> without(Set<AblatedSwitch> some) {
        Set<AblatedSwitch> rest = EnumSet.copyOf(switches);
        rest.removeAll(some);
        return rest;
    }
}
