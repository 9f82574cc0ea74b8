// SPDX-License-Identifier: Apache-2.0
package fizeau.bench.operator;

import fizeau.bench.workload.Workload;
import fizeau.optics.Mask;
import fizeau.optics.Shape;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/**
 * What the table is made of: every size with every batch and both masks. A batch is so many objects, each seen through the mask.
 *
 * @param sizes edges of the square frames, pixels
 * @param batches numbers of objects
 * @param objectSize edge of the square objects, pixels
 * @param apertureRadius of a circular aperture, pixels of the spectrum
 * @param patternRadius of the Fermat scan whose masks are taken
 * @param samples of that scan
 * @param seed of objects and gradients
 */
public record OperatorSetting(
        List<Integer> sizes,
        List<Integer> batches,
        int objectSize,
        double apertureRadius,
        double patternRadius,
        int samples,
        long seed) {

    /** The aperture of the first sample. */
    public static final String FIRST = "first";

    /** The union of all apertures, which is the mask of the last sample. */
    public static final String LAST = "last";

    private static final int MOST = 100_000;

    public OperatorSetting {
        sizes = sizes.stream().distinct().sorted().toList();
        batches = batches.stream().distinct().sorted().toList();
        if (sizes.isEmpty() || batches.isEmpty()) {
            throw new IllegalArgumentException("--sizes and --batches need at least one number each");
        }
        for (int batch : batches) {
            if (batch < 1 || batch > MOST) {
                throw new IllegalArgumentException("--batches " + batch + " is not possible: use 1 to " + MOST);
            }
        }
    }

    /**
     * One row of sizes.
     *
     * @param imageSize edge of the frame
     * @param batch number of objects
     * @param mask {@link #FIRST} or {@link #LAST}
     */
    public record Case(int imageSize, int batch, String mask) {

        @Override
        public String toString() {
            return imageSize + " x " + imageSize + ", batch " + batch + ", " + mask + " mask";
        }
    }

    /** All cases, small batches first. */
    public List<Case> cases() {
        List<Case> cases = new ArrayList<>();
        for (int size : sizes) {
            for (String mask : List.of(FIRST, LAST)) {
                batches.stream()
                        .sorted(Comparator.naturalOrder())
                        .forEach(batch -> cases.add(new Case(size, batch, mask)));
            }
        }
        return cases;
    }

    public Shape objectShape() {
        return Shape.square(objectSize);
    }

    /** The scan in a frame; refuses, in one sentence, sizes that do not fit. */
    private Workload scan(int imageSize) {
        Workload workload = new Workload(
                "custom",
                objectSize,
                imageSize,
                apertureRadius,
                "fermat",
                patternRadius,
                samples,
                1,
                Workload.LEARNING_RATE,
                seed,
                "seeded",
                "");
        workload.requireMeasurable();
        return workload;
    }

    /** The mask of a case; equal for equal sizes. */
    public Mask mask(int imageSize, String mask) {
        Workload scan = scan(imageSize);
        return mask.equals(FIRST)
                ? scan.aperture().mask(scan.frameShape(), scan.centres().get(0))
                : scan.coverage();
    }
}
