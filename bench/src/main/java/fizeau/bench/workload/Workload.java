// SPDX-License-Identifier: Apache-2.0
package fizeau.bench.workload;

import fizeau.backend.TrainingSpec;
import fizeau.optics.Aperture;
import fizeau.optics.CircularAperture;
import fizeau.optics.Mask;
import fizeau.optics.PixelPosition;
import fizeau.optics.ScanPattern;
import fizeau.optics.Shape;
import fizeau.reconstruct.DecoderSpec;
import java.util.List;
import java.util.Locale;

/**
 * What a benchmark runs. Written into every record, so that the same can be run again elsewhere.
 *
 * @param name word of the preset, or {@code custom} when an option changed it
 * @param objectSize edge of the square object, pixels
 * @param imageSize edge of the square detector frame, pixels
 * @param apertureRadius of the circular sub-aperture, pixels of the spectrum
 * @param pattern word of the scan pattern
 * @param patternRadius furthest centre from zero frequency, pixels of the spectrum
 * @param samples aperture positions
 * @param epochs iterations at each position; the original's word
 * @param learningRate Adam's step
 * @param seed of random scan patterns
 * @param object where the object came from: a file name or {@code built-in}
 * @param objectDigest SHA-256 of the object's amplitudes as little-endian floats; empty before the object is known
 * @param latentSize the decoder's latent channels; 0, as in records before this was an option, means the image size, which
 *     is what the original takes
 * @param fixedLatent whether the decoder's latent vector is kept as it is; the original trains it
 */
public record Workload(
        String name,
        int objectSize,
        int imageSize,
        double apertureRadius,
        String pattern,
        double patternRadius,
        int samples,
        int epochs,
        double learningRate,
        long seed,
        String object,
        String objectDigest,
        int latentSize,
        boolean fixedLatent) {

    public static final int OBJECT_SIZE = 128;
    public static final int IMAGE_SIZE = 512;
    public static final double APERTURE_RADIUS = 20;
    public static final double PATTERN_RADIUS = 64;
    public static final double LEARNING_RATE = 1e-3;

    private static final int LARGEST_EDGE = 4096;
    private static final int MOST_SAMPLES = 100_000;
    private static final int MOST_EPOCHS = 1_000_000;
    private static final long MOST_ITERATIONS = 100_000_000;

    /** A workload whose decoder has as many latent channels as the image has columns and trains the latent vector. */
    public Workload(
            String name,
            int objectSize,
            int imageSize,
            double apertureRadius,
            String pattern,
            double patternRadius,
            int samples,
            int epochs,
            double learningRate,
            long seed,
            String object,
            String objectDigest) {
        this(
                name,
                objectSize,
                imageSize,
                apertureRadius,
                pattern,
                patternRadius,
                samples,
                epochs,
                learningRate,
                seed,
                object,
                objectDigest,
                imageSize,
                false);
    }

    public Workload {
        latentSize = latentSize == 0 ? imageSize : latentSize;
        requireEdge("--object-size", objectSize);
        requireEdge("--image-size", imageSize);
        if (objectSize > imageSize) {
            throw new IllegalArgumentException("--object-size " + objectSize + " is larger than --image-size "
                    + imageSize + ": the object must fit the frame, so use --object-size " + imageSize
                    + " or less, or a larger --image-size");
        }
        if (!(apertureRadius > 0) || apertureRadius > LARGEST_EDGE) {
            throw new IllegalArgumentException("--aperture-radius " + apertureRadius
                    + " px is not possible: use a positive radius of at most " + LARGEST_EDGE + " px");
        }
        if (!(patternRadius > 0) || patternRadius > LARGEST_EDGE) {
            throw new IllegalArgumentException("--pattern-radius " + patternRadius
                    + " px is not possible: use a positive radius of at most " + LARGEST_EDGE + " px");
        }
        requireCount("--samples", samples, MOST_SAMPLES);
        requireCount("--epochs", epochs, MOST_EPOCHS);
        if ((long) samples * epochs > MOST_ITERATIONS) {
            throw new IllegalArgumentException("--samples " + samples + " times --epochs " + epochs
                    + " is more than the " + MOST_ITERATIONS + " iterations that a run keeps times of: use fewer");
        }
    }

    /** Iterations of the whole training. */
    public int iterations() {
        return samples * epochs;
    }

    public Shape objectShape() {
        return Shape.square(objectSize);
    }

    public Shape frameShape() {
        return Shape.square(imageSize);
    }

    public Aperture aperture() {
        return new CircularAperture(apertureRadius);
    }

    /** @throws IllegalArgumentException when no decoder of these sizes exists */
    public DecoderSpec decoder() {
        try {
            return new DecoderSpec(latentSize, objectSize, true);
        } catch (IllegalArgumentException impossible) {
            throw new IllegalArgumentException(
                    "--object-size " + objectSize + " in --image-size " + imageSize
                            + " cannot be reconstructed (the image size is the number of latent channels unless"
                            + " --latent-size says otherwise): "
                            + impossible.getMessage(),
                    impossible);
        }
    }

    public TrainingSpec training() {
        return new TrainingSpec(objectShape(), frameShape(), aperture(), decoder(), learningRate, fixedLatent);
    }

    /** The aperture positions. */
    public List<PixelPosition> centres() {
        List<PixelPosition> centres =
                ScanPattern.parse(pattern, patternRadius, seed).centres(samples);
        if (centres.size() != samples) {
            throw new IllegalArgumentException("--pattern " + pattern + " gives " + centres.size()
                    + " positions where --samples asks for " + samples + ": use --samples " + centres.size());
        }
        return centres;
    }

    /** Refuses, in one sentence, sizes that fit no decoder and apertures that let nothing through. */
    public void requireRunnable() {
        decoder();
        requireMeasurable();
    }

    /** Refuses, in one sentence, apertures that let nothing through. */
    public void requireMeasurable() {
        Shape frame = frameShape();
        Aperture aperture = aperture();
        for (PixelPosition centre : centres()) {
            if (surelyOpen(centre, frame)) {
                continue;
            }
            Mask mask = aperture.mask(frame, centre);
            if (mask.openCount() == 0) {
                throw new IllegalArgumentException(String.format(
                        Locale.ROOT,
                        "--aperture-radius %s px at (%.1f, %.1f) leaves no spectrum samples in a frame of %s:"
                                + " use a larger radius, or a --pattern-radius below %d",
                        apertureRadius,
                        centre.y(),
                        centre.x(),
                        frame,
                        imageSize / 2));
            }
        }
    }

    /** A disc of a pixel or more holds the sample nearest to its centre; no need to draw it. */
    private boolean surelyOpen(PixelPosition centre, Shape frame) {
        long y = Math.round(centre.y()) + frame.ny() / 2;
        long x = Math.round(centre.x()) + frame.nx() / 2;
        return apertureRadius >= 1 && y >= 0 && y < frame.ny() && x >= 0 && x < frame.nx();
    }

    /** Union of all apertures: the part of k-space that the scan sees. */
    public Mask coverage() {
        Mask seen = Mask.closed(frameShape());
        for (PixelPosition centre : centres()) {
            seen = seen.union(aperture().mask(frameShape(), centre));
        }
        return seen;
    }

    /** The same workload with its object named. */
    public Workload withObject(String source, String digest) {
        return new Workload(
                name,
                objectSize,
                imageSize,
                apertureRadius,
                pattern,
                patternRadius,
                samples,
                epochs,
                learningRate,
                seed,
                source,
                digest,
                latentSize,
                fixedLatent);
    }

    private static void requireEdge(String option, int edge) {
        if (edge < 1 || edge > LARGEST_EDGE) {
            throw new IllegalArgumentException(
                    option + " " + edge + " is not possible: use 1 to " + LARGEST_EDGE + " pixels");
        }
    }

    private static void requireCount(String option, int count, int most) {
        if (count < 1 || count > most) {
            throw new IllegalArgumentException(option + " " + count + " is not possible: use 1 to " + most);
        }
    }
}
