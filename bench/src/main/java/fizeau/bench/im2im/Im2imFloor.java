// SPDX-License-Identifier: Apache-2.0
package fizeau.bench.im2im;

import java.util.Map;

/**
 * What the convolutions alone of a row's timed work take, by a {@link ConvolutionProbe}; everything else counts nothing: norms,
 * rectifiers, losses, optimiser, loading. Convolutions are those of the direct sum.
 *
 * @param kind {@code derived}
 * @param gigaflop of all of them
 * @param bestRate GFLOP/s of the fastest of them alone, measured
 * @param secondsAtBestRate {@code gigaflop} over that, as if all of them reached it
 * @param seconds each convolution at its own fastest time: below any loop that is built on these convolutions
 * @param share of the row's time that {@code seconds} is; above 1 only by noise
 */
public record Im2imFloor(
        String kind, double gigaflop, double bestRate, double secondsAtBestRate, double seconds, double share) {

    /** Null where the probe says nothing about the row: in bfloat16, and where its patches were not counted. */
    static Im2imFloor of(Im2imMode mode, Im2imRow row, ConvolutionProbe probe) {
        Double patches = patches(mode, row);
        if (patches == null || row.settings().text(SettingKey.PRECISION).equals("bf16")) {
            return null;
        }
        double gigaflop = gigaflop(mode, row);
        double millis = patches * (mode == Im2imMode.TRAIN ? probe.stepMillis() : probe.forwardMillis());
        if (mode == Im2imMode.TRAIN) {
            gigaflop += validated(row) * forwardGigaflop(row);
            millis += validated(row) * probe.forwardMillis();
        }
        double seconds = 1e-3 * millis;
        double rate = probe.fastest().rate();
        return new Im2imFloor(
                "derived",
                gigaflop,
                rate,
                gigaflop / rate,
                seconds,
                seconds / row.seconds().value());
    }

    /**
     * Of the convolutions of all training steps (forward pass and gradients), or of all windows; null where these were not
     * counted.
     */
    public static Double gigaflop(Im2imMode mode, Im2imRow row) {
        Double patches = patches(mode, row);
        if (patches == null) {
            return null;
        }
        return patches * (mode == Im2imMode.TRAIN ? stepGigaflop(row) : forwardGigaflop(row));
    }

    private static double stepGigaflop(Im2imRow row) {
        return 2e-9 * row.settings().layout().stepMultiplyAdds(voxels(row));
    }

    private static double forwardGigaflop(Im2imRow row) {
        return 2e-9 * row.settings().layout().multiplyAdds(voxels(row));
    }

    private static long voxels(Im2imRow row) {
        return PatchBatch.voxels(row.settings().sizes(SettingKey.PATCH));
    }

    /** Patches of all training steps, or windows of all volumes. */
    private static Double patches(Im2imMode mode, Im2imRow row) {
        Im2imOutcome outcome = row.medianRun().outcome();
        if (mode == Im2imMode.TRAIN) {
            return (double) outcome.stepMillis().size() * row.settings().integer(SettingKey.BATCH_SIZE);
        }
        Map<String, Integer> counts = outcome.counts();
        return counts.containsKey("num_windows")
                ? (Double) counts.get("num_windows").doubleValue()
                : null;
    }

    private static double validated(Im2imRow row) {
        Im2imSettings settings = row.settings();
        return (double) settings.integer(SettingKey.MAX_EPOCHS)
                * settings.integer(SettingKey.VALIDATION_BATCHES)
                * settings.integer(SettingKey.BATCH_SIZE);
    }
}
