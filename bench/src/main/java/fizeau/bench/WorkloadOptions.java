// SPDX-License-Identifier: Apache-2.0
package fizeau.bench;

import fizeau.bench.workload.ObjectSource;
import fizeau.bench.workload.Workload;
import fizeau.bench.workload.WorkloadPreset;
import fizeau.image.AmplitudeImage;
import fizeau.image.PixelQuantity;
import java.nio.file.Path;
import picocli.CommandLine.Option;

/** Options that say what is run. */
final class WorkloadOptions {

    @Option(
            names = "--workload",
            paramLabel = "NAME",
            defaultValue = "progressive",
            description = "progressive (20 samples x 50 epochs), doc (100 x 1), short (8 x 10) or"
                    + " quick (4 x 5)."
                    + " Default: ${DEFAULT-VALUE}")
    private String preset;

    @Option(
            names = "--object",
            paramLabel = "FILE",
            description = "Picture of the true object: PNG, JPEG, TIFF, FITS (intensity) or NPY (amplitude)."
                    + " Default: a built-in scene")
    private Path object;

    @Option(
            names = "--input",
            paramLabel = "QUANTITY",
            description = "What the file's values stand for, amplitude or intensity. Default: the format's convention")
    private PixelQuantity input;

    @Option(
            names = "--object-size",
            paramLabel = "PIXELS",
            defaultValue = "" + Workload.OBJECT_SIZE,
            description = "Edge of the object. Default: ${DEFAULT-VALUE}")
    private int objectSize;

    @Option(
            names = "--image-size",
            paramLabel = "PIXELS",
            defaultValue = "" + Workload.IMAGE_SIZE,
            description = "Edge of the detector frame. Default: ${DEFAULT-VALUE}")
    private int imageSize;

    @Option(
            names = "--latent-size",
            paramLabel = "CHANNELS",
            description = "Latent channels of the decoder; the same decoder for several image sizes. Default: the image"
                    + " size, as in the original")
    private Integer latentSize;

    @Option(
            names = "--fixed-latent",
            description =
                    "Keeps the decoder's latent vector as it is, which makes the first layer's step nearly free. The"
                            + " original trains it; judged by no speed target")
    private boolean fixedLatent;

    @Option(
            names = "--aperture-radius",
            paramLabel = "PIXELS",
            defaultValue = "" + Workload.APERTURE_RADIUS,
            description = "Radius of the sub-aperture in the spectrum. Default: ${DEFAULT-VALUE}")
    private double apertureRadius;

    @Option(
            names = "--pattern",
            paramLabel = "NAME",
            defaultValue = "fermat",
            description = "Scan pattern; an unknown name lists them. Default: ${DEFAULT-VALUE}")
    private String pattern;

    @Option(
            names = "--pattern-radius",
            paramLabel = "PIXELS",
            defaultValue = "" + Workload.PATTERN_RADIUS,
            description = "Reach of the scan in the spectrum. Default: ${DEFAULT-VALUE}")
    private double patternRadius;

    @Option(names = "--samples", paramLabel = "N", description = "Aperture positions. Default: the workload's")
    private Integer samples;

    @Option(names = "--epochs", paramLabel = "N", description = "Iterations at each position. Default: the workload's")
    private Integer epochs;

    @Option(
            names = "--seed",
            paramLabel = "N",
            defaultValue = "1",
            description =
                    "Where the search for good seeds of the initial weights starts; also seeds random patterns and"
                            + " the order of runs. Default: ${DEFAULT-VALUE}")
    private long seed;

    /** The workload without its object; refuses in one sentence what cannot be run. */
    Workload workload() {
        Workload workload = asked();
        workload.requireRunnable();
        return workload;
    }

    /** The same with at most this many samples and epochs where no option asks for more. */
    Workload reduced(int mostSamples, int mostEpochs) {
        WorkloadPreset chosen = WorkloadPreset.parse(preset);
        samples = samples == null ? Math.min(chosen.samples(), mostSamples) : samples;
        epochs = epochs == null ? Math.min(chosen.epochs(), mostEpochs) : epochs;
        return workload();
    }

    /**
     * Sizes and scan of the workload for measuring alone, which needs no decoder; refuses options that only train. Whether
     * every aperture lets something through is for the caller to ask, once it knows that the scan is not too large.
     */
    Workload scan() {
        if (epochs != null) {
            throw new IllegalArgumentException(
                    "--epochs " + epochs + " has no meaning here, nothing is trained: leave it out");
        }
        return asked();
    }

    /** Amplitudes of the object. */
    AmplitudeImage loadObject() {
        return ObjectSource.load(object, objectSize, input);
    }

    private Workload asked() {
        WorkloadPreset chosen = WorkloadPreset.parse(preset);
        Workload plain = of(chosen, chosen.word());
        boolean changed = chosen != WorkloadPreset.QUICK
                && (plain.samples() != chosen.samples()
                        || plain.epochs() != chosen.epochs()
                        || plain.objectSize() != Workload.OBJECT_SIZE
                        || plain.imageSize() != Workload.IMAGE_SIZE
                        || plain.latentSize() != Workload.IMAGE_SIZE
                        || plain.apertureRadius() != Workload.APERTURE_RADIUS
                        || plain.patternRadius() != Workload.PATTERN_RADIUS
                        || plain.fixedLatent()
                        || !plain.pattern().equals("fermat"));
        return changed ? of(chosen, "custom") : plain;
    }

    private Workload of(WorkloadPreset chosen, String name) {
        return new Workload(
                name,
                objectSize,
                imageSize,
                apertureRadius,
                pattern,
                patternRadius,
                samples == null ? chosen.samples() : samples,
                epochs == null ? chosen.epochs() : epochs,
                Workload.LEARNING_RATE,
                seed,
                object == null ? ObjectSource.BUILT_IN : object.getFileName().toString(),
                "",
                latentSize == null ? imageSize : requireLatent(latentSize),
                fixedLatent);
    }

    /** Zero would mean the image size in a record, so it is refused here. */
    private static int requireLatent(int channels) {
        if (channels < 1) {
            throw new IllegalArgumentException(
                    "--latent-size " + channels + " is not possible: use at least 16 channels, or leave it out");
        }
        return channels;
    }

    /** Picture of the object; null for the built-in scene. */
    Path object() {
        return object;
    }

    long seed() {
        return seed;
    }
}
