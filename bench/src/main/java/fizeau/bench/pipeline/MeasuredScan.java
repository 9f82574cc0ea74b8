// SPDX-License-Identifier: Apache-2.0
package fizeau.bench.pipeline;

import fizeau.backend.Backend;
import fizeau.backend.MeasurementOperator;
import fizeau.backend.Plan;
import fizeau.bench.workload.Workload;
import fizeau.optics.Mask;
import fizeau.optics.NoiseModel;
import fizeau.optics.PixelPosition;
import fizeau.optics.ShotNoise;
import fizeau.random.NormalGenerator;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.function.DoubleConsumer;

/**
 * What the detector sees of an object through every aperture of a scan.
 *
 * @param apertures positions and what came through, in order
 * @param stack {@code apertures.size() * frame.count()} amplitudes, image by image, row-major; not copied
 * @param together the object through all apertures at once, {@code frame.count()} amplitudes without noise; not copied
 * @param hits how many apertures let each sample of the spectrum through, {@code frame.count()} counts; not copied
 */
public record MeasuredScan(List<MeasurementRecord.Aperture> apertures, float[] stack, float[] together, float[] hits) {
    /** The stack, and the copy that the FITS library wants. */
    private static final int COPIES = 2;

    private static final long EVERYTHING_ELSE_BYTES = 64L << 20;

    /** Refuses, in one sentence, a scan whose measurements do not fit the heap, before anything is allocated. */
    public static void requireRoom(Workload workload, long heapBytes) {
        long values = (long) workload.samples() * workload.frameShape().count();
        long bytes = COPIES * Float.BYTES * values + EVERYTHING_ELSE_BYTES;
        if (values > Integer.MAX_VALUE - 8 || bytes > heapBytes) {
            throw new IllegalArgumentException(String.format(
                    Locale.ROOT,
                    "--samples %d of %s pixels need about %.1f GB of memory and %.1f GB is available:"
                            + " use fewer --samples or a smaller --image-size",
                    workload.samples(),
                    workload.frameShape(),
                    bytes * 1e-9,
                    heapBytes * 1e-9));
        }
    }

    /**
     * Measures.
     *
     * @param object {@code workload.objectShape().count()} amplitudes
     * @param snrDecibels of the shot noise; null for none
     * @param noiseSeed of its random numbers
     * @param progress receives the share that is done
     */
    public static MeasuredScan of(
            Backend backend,
            Workload workload,
            float[] object,
            Double snrDecibels,
            long noiseSeed,
            DoubleConsumer progress) {
        int pixels = workload.frameShape().count();
        NoiseModel noise = snrDecibels == null ? null : new ShotNoise(snrDecibels);
        NormalGenerator normals = new NormalGenerator(noiseSeed);
        List<PixelPosition> centres = workload.centres();
        List<MeasurementRecord.Aperture> apertures = new ArrayList<>();
        float[] stack = new float[centres.size() * pixels];
        float[] image = new float[pixels];
        float[] together = new float[pixels];
        float[] hits = new float[pixels];
        try (MeasurementOperator operator =
                backend.measurementOperator(workload.objectShape(), workload.frameShape(), Plan.MATRIX)) {
            operator.load(object);
            for (int i = 0; i < centres.size(); i++) {
                Mask mask = workload.aperture().mask(workload.frameShape(), centres.get(i));
                operator.measure(List.of(mask), image);
                float[] seen = noise == null ? image : noise.applyToAmplitude(image, normals::nextNormal);
                System.arraycopy(seen, 0, stack, i * pixels, pixels);
                apertures.add(described(i + 1, centres.get(i), mask, seen));
                for (int k = 0; k < pixels; k++) {
                    hits[k] += mask.isOpen(k) ? 1 : 0;
                }
                progress.accept((i + 1.0) / centres.size());
            }
            operator.measure(List.of(workload.coverage()), together);
        }
        return new MeasuredScan(List.copyOf(apertures), stack, together, hits);
    }

    private static MeasurementRecord.Aperture described(int number, PixelPosition centre, Mask mask, float[] seen) {
        double largest = 0;
        double energy = 0;
        for (float amplitude : seen) {
            largest = Math.max(largest, amplitude);
            energy += (double) amplitude * amplitude;
        }
        return new MeasurementRecord.Aperture(number, centre.y(), centre.x(), mask.openCount(), largest, energy);
    }

    /** A copy of one measurement. */
    float[] image(int index) {
        int pixels = together.length;
        return Arrays.copyOfRange(stack, index * pixels, (index + 1) * pixels);
    }
}
