// SPDX-License-Identifier: Apache-2.0
package fizeau.bench.pinn;

import java.util.List;
import java.util.Locale;

/**
 * How large the model is, and what working with it adds to a process, as the original's table has it.
 *
 * @param firstPhaseParameters numbers of the first phase's model, meta network included
 * @param parameters numbers of the model that is fine-tuned, fixed ones included
 * @param trained numbers that train
 * @param batch points that the peaks are for
 * @param peaks one a variant
 * @param gpuReason why there is no peak of GPU memory; null where the peaks are of that
 */
public record MemoryFootprint(
        int firstPhaseParameters, int parameters, int trained, int batch, List<Peak> peaks, String gpuReason) {

    /** Points of the peaks, as published. */
    public static final int BATCH = 1000;

    /** As the original counts them. */
    private static final double MEBIBYTE = 1 << 20;

    /**
     * What one variant adds to the resident memory of its process, libraries loaded before; on a GPU the most memory there that
     * it allocates.
     *
     * @param kind {@code measured} or {@code unavailable}
     * @param inferenceBytes opening a model and evaluating the batch; null when unavailable
     * @param fineTuningBytes opening a model and one step on the batch; null when unavailable
     * @param reason why it is unavailable; null otherwise
     */
    public record Peak(String variant, String kind, Long inferenceBytes, Long fineTuningBytes, String reason) {

        static Peak unavailable(String variant, String reason) {
            return new Peak(variant, "unavailable", null, null, reason);
        }
    }

    public MemoryFootprint {
        peaks = List.copyOf(peaks);
    }

    /** Of a network of a width. */
    static MemoryFootprint of(int h, List<Peak> peaks, boolean onCuda) {
        int ends = 4 * h + 1;
        int bases = 6 * h * h;
        int meta = 4 * h + 2 * (h * h + h) + 3 * (h * h + h);
        return new MemoryFootprint(
                ends + bases + meta,
                ends + bases + 3 * h,
                ends + 3 * h,
                BATCH,
                peaks,
                onCuda ? null : "this run computed on the CPU");
    }

    /** Size of the fine-tuned model in single precision, MiB. */
    public double mebibytes() {
        return parameters * Float.BYTES / MEBIBYTE;
    }

    /** Size of the first phase's model in single precision, MiB. */
    public double firstPhaseMebibytes() {
        return firstPhaseParameters * Float.BYTES / MEBIBYTE;
    }

    /** The row of the original's table {@code tab:memory_comparison}; its last column is memory of a GPU in a step. */
    public String tableRow() {
        String gpu = peaks.stream()
                .filter(peak -> gpuReason == null && peak.fineTuningBytes() != null)
                .map(peak -> shown(peak.fineTuningBytes()))
                .findFirst()
                .orElse("---");
        return String.format(Locale.ROOT, "Hyper-LR-PINN   & %,d & %.2f & %s \\\\", parameters, mebibytes(), gpu);
    }

    /** What the peaks are of, in words. */
    public String measure() {
        return gpuReason == null
                ? "most memory of the GPU that is allocated at a batch of " + batch + " points"
                : "added to the resident memory of a process at a batch of " + batch + " points";
    }

    /** A peak in MiB, or a dash. */
    public static String shown(Long bytes) {
        return bytes == null ? "-" : String.format(Locale.ROOT, "%.2f", bytes / MEBIBYTE);
    }
}
