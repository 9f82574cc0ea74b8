// SPDX-License-Identifier: Apache-2.0
package fizeau.bench.pipeline;

import fizeau.bench.files.RunFolder;
import fizeau.bench.plot.CoveragePlot;
import fizeau.bench.plot.Curve;
import fizeau.bench.plot.ImagePanels;
import fizeau.bench.plot.LossPlot;
import fizeau.bench.plot.Panel;
import fizeau.bench.workload.Workload;
import fizeau.image.AmplitudeImage;
import fizeau.image.FitsFile;
import fizeau.image.NpyFile;
import fizeau.image.PngWriter;
import fizeau.optics.Shape;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** Writes the files of a {@code reconstruct} run. */
public final class ReconstructionFiles {
    private static final String OBJECT = "object.npy";
    private static final String ESTIMATE = "reconstruction.npy";

    private final RunFolder folder;
    private final Workload workload;

    public ReconstructionFiles(RunFolder folder, Workload workload) {
        this.folder = folder;
        this.workload = workload;
        contents().keySet().forEach(folder::expect);
    }

    /** What each file holds. */
    public Map<String, String> contents() {
        Map<String, String> contents = new LinkedHashMap<>();
        contents.put(
                ESTIMATE, "float32 amplitudes, shape (" + workload.objectSize() + ", " + workload.objectSize() + ")");
        contents.put("reconstruction.fits", "intensity, the squared amplitudes; row 0 is the first row stored");
        contents.put("reconstruction.png", "amplitudes, 0 to 1, 8 bits");
        contents.put(OBJECT, "float32 amplitudes of the object, largest 1");
        contents.put("object.png", "the object's amplitudes, 0 to 1, 8 bits");
        contents.put("panels.png", "object, reconstruction and their absolute difference");
        contents.put("loss_curve.png", "loss before every step");
        contents.put("psnr_against_time.png", "quality after every position, against training time");
        contents.put("coverage.png", "the apertures in k-space and the order they were taken in");
        contents.put("losses.csv", "position, iteration at it and loss, one line for every step");
        contents.put("result.json", "the record: quality, times, seeds, environment");
        return contents;
    }

    /** Writes the object where the training processes find it; the path is absolute. */
    public String writeObject(AmplitudeImage object) {
        Shape shape = object.shape();
        Path file = folder.resolve(OBJECT);
        NpyFile.write(file, new NpyFile.Array(List.of(shape.ny(), shape.nx()), object.toArray()));
        folder.add(OBJECT);
        folder.attempt("object.png", path -> PngWriter.writeGrey8(path, shape, object.toArray(), 0, 1));
        return file.toAbsolutePath().toString();
    }

    /** Writes a reconstruction and everything drawn from it. */
    public void write(float[] object, float[] estimate, ReconstructionOutcome outcome) {
        Shape shape = workload.objectShape();
        NpyFile.write(folder.resolve(ESTIMATE), new NpyFile.Array(List.of(shape.ny(), shape.nx()), estimate));
        folder.add(ESTIMATE);
        FitsFile.write(folder.resolve("reconstruction.fits"), shape, squares(estimate));
        folder.add("reconstruction.fits");
        folder.writeText("losses.csv", csv(outcome));
        folder.attempt("reconstruction.png", path -> PngWriter.writeGrey8(path, shape, estimate, 0, 1));
        folder.attempt(
                "panels.png",
                path -> ImagePanels.write(
                        path,
                        List.of(
                                Panel.of("object", shape, object),
                                Panel.of("reconstruction", shape, estimate),
                                Panel.of("absolute difference", shape, difference(object, estimate)))));
        folder.attempt(
                "loss_curve.png",
                path -> LossPlot.againstIteration(
                        path,
                        "loss, old + new, seed " + outcome.seed(),
                        List.of(Curve.counted("optimized", losses(outcome)))));
        folder.attempt(
                "psnr_against_time.png",
                path -> LossPlot.psnrAgainstSeconds(
                        path, "PSNR against time, seed " + outcome.seed(), List.of(psnr(outcome))));
        folder.attempt(
                "coverage.png",
                path -> CoveragePlot.write(
                        path,
                        "what the scan sees of k-space",
                        workload.coverage(),
                        workload.centres(),
                        workload.apertureRadius()));
    }

    private static Curve psnr(ReconstructionOutcome outcome) {
        int count = outcome.samples().size();
        double[] seconds = new double[count];
        double[] psnr = new double[count];
        double elapsed = 0;
        for (int i = 0; i < count; i++) {
            ReconstructionOutcome.Sample sample = outcome.samples().get(i);
            elapsed += sample.seconds();
            seconds[i] = elapsed;
            psnr[i] = sample.psnr() == null ? Double.NaN : sample.psnr(); // the plot refuses what is infinite, in words
        }
        return new Curve("optimized", seconds, psnr);
    }

    private static String csv(ReconstructionOutcome outcome) {
        StringBuilder text = new StringBuilder("sample,iteration,loss\n");
        int step = 0;
        for (int sample = 0; sample < outcome.samples().size(); sample++) {
            for (int i = 0; i < outcome.samples().get(sample).iterations(); i++) {
                text.append(String.format(Locale.ROOT, "%d,%d,%s\n", sample + 1, i + 1, outcome.losses()[step++]));
            }
        }
        return text.toString();
    }

    private static double[] losses(ReconstructionOutcome outcome) {
        double[] losses = new double[outcome.losses().length];
        for (int i = 0; i < losses.length; i++) {
            losses[i] = outcome.losses()[i];
        }
        return losses;
    }

    private static float[] squares(float[] amplitudes) {
        float[] squares = amplitudes.clone();
        for (int i = 0; i < squares.length; i++) {
            squares[i] *= squares[i];
        }
        return squares;
    }

    private static float[] difference(float[] object, float[] estimate) {
        float[] difference = new float[object.length];
        for (int i = 0; i < difference.length; i++) {
            difference[i] = Math.abs(object[i] - estimate[i]);
        }
        return difference;
    }
}
