// SPDX-License-Identifier: Apache-2.0
package fizeau.bench.ablation;

import java.util.Locale;

/** The switches of the engine; {@link SwitchSet} says which of them a device has. */
public enum AblatedSwitch {
    MEASUREMENT_CACHE(
            "measurementCache", "measurement cache", "keeps what was measured, for all iterations of a position"),
    FFT_CACHE("fftCache", "FFT cache", "keeps transforms with their factor tables and memory"),
    GRID_CACHE("gridCache", "grid cache", "keeps aperture masks"),
    PLAN("plan", "plan", "takes the plan that is chosen for the shape instead of the full FFT"),
    FUSED("fused", "fused passes", "hand-written passes instead of tensor operations with automatic differentiation"),
    FUSED_OPTIMIZER("fusedOptimizer", "fused optimiser", "Adam in one pass over one buffer"),
    THREADS("threads", "threads", "all threads instead of one"),
    FUSED_LEVEL("level", "fused level", "decoder by our own kernels instead of cuDNN and cuBLAS"),
    FUSED_LOSS(
            "fusedLoss",
            "fused loss",
            "loss and its gradient where the detector's field is computed, instead of a measurement, a kernel for the loss and"
                    + " the field once more"),
    SHARED_LAUNCHES(
            "fused", "shared launches", "gradients of two layers in one launch of the backward pass instead of two"),
    STEP_IN_EPILOGUE(
            "fusedOptimizer",
            "fused optimiser",
            "Adam steps a weight where its gradient is complete, instead of a kernel of its own over a buffer of"
                    + " gradients"),
    CUDA_GRAPHS("cudaGraphs", "CUDA graphs", "captures a position's iterations and replays them");

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

    /** Whether it is one of the three caches. */
    boolean isCache() {
        return this == MEASUREMENT_CACHE || this == FFT_CACHE || this == GRID_CACHE;
    }

    String option() {
        return name().toLowerCase(Locale.ROOT).replace('_', '-');
    }
}
