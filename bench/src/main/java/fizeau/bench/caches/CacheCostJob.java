// SPDX-License-Identifier: Apache-2.0
package fizeau.bench.caches;

import fizeau.optics.PixelPosition;
import java.util.List;

/**
 * Which caches to time: those of a telescope of these sizes.
 *
 * @param objectSize edge of the square object, pixels
 * @param imageSize edge of the square frame, pixels
 * @param apertureRadius pixels of the spectrum
 * @param centres the keys: aperture positions, at least two and all different
 * @param threads of the work that a cache saves
 * @param device {@code cpu} or {@code cuda[:n]}
 * @param secondsPerCall warm-up of each kind of call, and again its timing
 * @param stealLimit share of stolen time above which a window counts as disturbed
 */
public record CacheCostJob(
        int objectSize,
        int imageSize,
        double apertureRadius,
        List<PixelPosition> centres,
        int threads,
        String device,
        double secondsPerCall,
        double stealLimit) {

    /** The family's word in jobs. */
    public static final String FAMILY = "cache-costs";

    public CacheCostJob {
        centres = List.copyOf(centres);
    }
}
