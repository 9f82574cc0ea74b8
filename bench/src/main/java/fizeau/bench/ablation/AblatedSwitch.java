// SPDX-License-Identifier: Apache-2.0
package fizeau.bench.ablation;

import fizeau.backend.Plan;
import fizeau.bench.training.VariantSpec;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;

/** The switches of the engine, and the variants that tell what each is worth. */
public enum AblatedSwitch {
    MEASUREMENT_CACHE(
            "measurementCache", "measurement cache", "keeps what was measured, for all iterations of a position"),
    FFT_CACHE("fftCache", "FFT cache", "keeps transforms with their factor tables and memory"),
    GRID_CACHE("gridCache", "grid cache", "keeps aperture masks"),
    PLAN("plan", "plan", "takes the fastest transform plan instead of the full FFT"),
    FUSED("fused", "fused passes", "hand-written passes instead of tensor operations with automatic differentiation"),
    FUSED_OPTIMIZER("fusedOptimizer", "fused optimiser", "Adam in one pass over one buffer"),
    THREADS("threads", "threads", "all threads instead of one");

    /** The engine with everything off. */
    public static final String ALL_OFF = "all-off";

    /** The optimised variant without any cache: what all caches together are worth. */
    public static final String WITHOUT_CACHES = "without-caches";

    private static final Set<AblatedSwitch> CACHES = EnumSet.of(MEASUREMENT_CACHE, FFT_CACHE, GRID_CACHE);

    private final String word;
    private final String label;
    private final String meaning;

    AblatedSwitch(String word, String label, String meaning) {
        this.word = word;
        this.label = label;
        this.meaning = meaning;
    }

    /** The name in records. */
    public String word() {
        return word;
    }

    /** The name in reports. */
    public String label() {
        return label;
    }

    public String meaning() {
        return meaning;
    }

    /** The variant with this switch alone on. */
    public String aloneName() {
        return "only-" + option();
    }

    /** The optimised variant without this switch. */
    public String leftOutName() {
        return "without-" + option();
    }

    /** The variant with this switch and all before it on: a step from all off to all on. */
    public String stepName() {
        int last = values().length - 1;
        if (ordinal() == 0) {
            return aloneName();
        }
        if (ordinal() == last - 1) {
            return values()[last].leftOutName();
        }
        return ordinal() == last ? VariantSpec.OPTIMIZED : "up-to-" + option();
    }

    /** Why one of the switch's two variants does not show this switch alone, in one sentence; empty when both do. */
    public String caveat(int threads) {
        if (this == FUSED_OPTIMIZER) {
            return "cannot act alone: its single pass runs inside the fused passes, so that alone it changes nothing and its"
                    + " ratio is the noise of two runs of the same program";
        }
        if (this == FUSED) {
            return "takes the fused optimiser with it when left out: its single pass runs inside the fused passes";
        }
        if (this == THREADS && threads == 1) {
            return "changes nothing here: only one thread may be used, so that both ratios are noise";
        }
        return "";
    }

    /** Why the step that adds this switch may show something else; empty when it does not. */
    String stepCaveat(int threads) {
        return this == THREADS ? caveat(threads) : "";
    }

    /**
     * The engine with a set of switches on, and everything else done the original's way.
     *
     * @param threads how many {@link #THREADS} means; 1 without it
     */
    public static VariantSpec variant(String name, Set<AblatedSwitch> on, int threads) {
        VariantSpec optimized = VariantSpec.optimized("cpu", threads);
        return new VariantSpec(
                name,
                optimized.provider(),
                optimized.device(),
                false,
                on.contains(MEASUREMENT_CACHE),
                on.contains(FFT_CACHE),
                on.contains(GRID_CACHE),
                on.contains(PLAN) ? optimized.plan() : Plan.FFT.word(),
                on.contains(FUSED),
                on.contains(FUSED_OPTIMIZER),
                on.contains(THREADS) ? threads : 1,
                1);
    }

    /**
     * Everything an ablation trains: the eager baseline, all off, each alone, all on, each left out, all caches out, and the
     * steps between all off and all on that are none of these.
     */
    public static List<VariantSpec> variants(int threads) {
        List<VariantSpec> variants = new ArrayList<>();
        variants.add(VariantSpec.baseline(false, threads));
        variants.add(variant(ALL_OFF, EnumSet.noneOf(AblatedSwitch.class), threads));
        for (AblatedSwitch one : values()) {
            variants.add(variant(one.aloneName(), EnumSet.of(one), threads));
        }
        variants.add(variant(VariantSpec.OPTIMIZED, EnumSet.allOf(AblatedSwitch.class), threads));
        for (AblatedSwitch one : values()) {
            variants.add(variant(one.leftOutName(), EnumSet.complementOf(EnumSet.of(one)), threads));
        }
        variants.add(variant(WITHOUT_CACHES, EnumSet.complementOf(EnumSet.copyOf(CACHES)), threads));
        for (AblatedSwitch one : values()) {
            if (variants.stream().noneMatch(variant -> variant.name().equals(one.stepName()))) {
                variants.add(variant(one.stepName(), EnumSet.range(values()[0], one), threads));
            }
        }
        return variants;
    }

    private String option() {
        return name().toLowerCase(Locale.ROOT).replace('_', '-');
    }
}
