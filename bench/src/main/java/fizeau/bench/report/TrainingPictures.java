// SPDX-License-Identifier: Apache-2.0
package fizeau.bench.report;

import fizeau.bench.files.RunFolder;
import fizeau.bench.plot.BarPlot;
import fizeau.bench.plot.CoveragePlot;
import fizeau.bench.plot.Curve;
import fizeau.bench.plot.DistributionPlot;
import fizeau.bench.plot.ImagePanels;
import fizeau.bench.plot.LossPlot;
import fizeau.bench.plot.Panel;
import fizeau.bench.plot.SvgFile;
import fizeau.bench.training.Campaign;
import fizeau.bench.training.Speedup;
import fizeau.bench.training.TrainingOutcome;
import fizeau.bench.training.TrainingRecord;
import fizeau.bench.training.TrainingRun;
import fizeau.bench.workload.Workload;
import fizeau.image.NpyFile;
import fizeau.image.PngWriter;
import fizeau.optics.Mask;
import fizeau.optics.PixelPosition;
import fizeau.optics.Shape;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Consumer;

/** The pictures of a run, drawn from what lies in its folder. Curves and images are those of the first round. */
public final class TrainingPictures {
    /** Names of the pictures of a comparison. */
    public static final List<String> NAMES = List.of(
            "object.png", "measurement.png", "panels.png", "coverage.png", "loss_curves.png", "loss_against_time.png");

    private final RunFolder folder;
    private final TrainingRecord record;
    private final Map<String, TrainingRun> firstRuns = new TreeMap<>();
    private final List<TrainingRun> runs;

    public TrainingPictures(RunFolder folder, TrainingRecord record, List<TrainingRun> runs) {
        this.folder = folder;
        this.record = record;
        this.runs = List.copyOf(runs);
        runs.forEach(run -> firstRuns.putIfAbsent(run.variant(), run));
    }

    /** Draws all of them. */
    public void draw() {
        attempt("measurement.png", () -> MeasurementPicture.write(folder, record.workload()));
        images();
        coverage();
        curves();
        distribution();
        speedups();
    }

    private void images() {
        Workload workload = record.workload();
        Shape object = workload.objectShape();
        Shape frame = workload.frameShape();
        List<Panel> panels = new ArrayList<>();
        grey("object", Campaign.OBJECT_FILE, object, 1, panels);
        float[] measurement = values(MeasurementPicture.FILE);
        if (measurement != null) {
            grey("measurement", MeasurementPicture.FILE, frame, Math.max(1e-6, largest(measurement)), panels);
        }
        for (String variant : firstRuns.keySet()) {
            grey("reconstruction_" + variant, Campaign.estimateFile(variant), object, 1, panels);
        }
        write("panels.png", path -> ImagePanels.write(path, panels));
    }

    private void grey(String name, String file, Shape shape, double high, List<Panel> panels) {
        float[] values = values(file);
        if (values != null) {
            write(name + ".png", path -> PngWriter.writeGrey8(path, shape, values, 0, high));
            panels.add(Panel.of(name.replace('_', ' '), shape, values));
        }
    }

    private float[] values(String file) {
        Path path = folder.path().resolve(file);
        return Files.exists(path) ? NpyFile.read(path).values() : null;
    }

    private static double largest(float[] values) {
        double largest = 0;
        for (float value : values) {
            largest = Math.max(largest, value);
        }
        return largest;
    }

    private void coverage() {
        Workload workload = record.workload();
        List<PixelPosition> centres = workload.centres();
        Mask seen = Mask.closed(workload.frameShape());
        for (PixelPosition centre : centres) {
            seen = seen.union(workload.aperture().mask(workload.frameShape(), centre));
        }
        Mask all = seen;
        write(
                "coverage.png",
                path -> CoveragePlot.write(
                        path, "what the scan has seen of k-space", all, centres, workload.apertureRadius()));
    }

    private void curves() {
        List<Curve> losses = new ArrayList<>();
        List<Curve> lossesInTime = new ArrayList<>();
        List<Curve> psnr = new ArrayList<>();
        firstRuns.forEach((variant, run) -> {
            TrainingOutcome outcome = run.outcome();
            double[] loss = new double[outcome.losses().length];
            double[] seconds = new double[loss.length];
            double elapsed = 0;
            for (int i = 0; i < loss.length; i++) {
                loss[i] = outcome.losses()[i];
                elapsed += outcome.iterationNanos()[i] * 1e-9;
                seconds[i] = elapsed;
            }
            losses.add(Curve.counted(variant, loss));
            lossesInTime.add(new Curve(variant, seconds, loss));
            if (outcome.samples().stream().allMatch(sample -> sample.psnr() != null)) {
                psnr.add(psnrInTime(variant, outcome));
            }
        });
        String seed = ", seed " + record.seeds().get(0);
        write("loss_curves.png", path -> LossPlot.againstIteration(path, "loss, old + new" + seed, losses));
        write("loss_against_time.png", path -> LossPlot.againstSeconds(path, "loss against time" + seed, lossesInTime));
        if (!psnr.isEmpty()) {
            write("psnr_against_time.png", path -> LossPlot.psnrAgainstSeconds(path, "PSNR against time" + seed, psnr));
        }
    }

    private static Curve psnrInTime(String variant, TrainingOutcome outcome) {
        int count = outcome.samples().size();
        double[] seconds = new double[count];
        double[] psnr = new double[count];
        double elapsed = 0;
        for (int i = 0; i < count; i++) {
            elapsed += outcome.samples().get(i).seconds();
            seconds[i] = elapsed;
            psnr[i] = outcome.samples().get(i).psnr();
        }
        return new Curve(variant, seconds, psnr);
    }

    private void distribution() {
        Map<String, List<Double>> millis = new TreeMap<>();
        for (TrainingRun run : runs) {
            List<Double> all = millis.computeIfAbsent(run.variant(), name -> new ArrayList<>());
            for (double value : run.iterationMillis()) {
                all.add(value);
            }
        }
        List<DistributionPlot.Sample> samples = new ArrayList<>();
        millis.forEach((variant, values) -> samples.add(new DistributionPlot.Sample(
                variant, values.stream().mapToDouble(Double::doubleValue).toArray())));
        write(
                "iteration_times.png",
                path -> DistributionPlot.write(path, "time of one iteration, all rounds", "ms", samples));
    }

    private void speedups() {
        List<Speedup> speedups = new ArrayList<>();
        if (record.speedup() != null) {
            speedups.add(record.speedup());
        }
        if (record.speedupOverMeasureOnce() != null) {
            speedups.add(record.speedupOverMeasureOnce());
        }
        if (speedups.isEmpty()) {
            return;
        }
        boolean known = speedups.stream().allMatch(speedup -> speedup.low() != null);
        BarPlot.Bars bars = new BarPlot.Bars(
                "optimized",
                speedups.stream().mapToDouble(Speedup::ratio).toArray(),
                known ? speedups.stream().mapToDouble(Speedup::low).toArray() : null,
                known ? speedups.stream().mapToDouble(Speedup::high).toArray() : null);
        List<String> groups =
                speedups.stream().map(speedup -> "over " + speedup.over()).toList();
        write(
                "speedup.png",
                path -> BarPlot.write(
                        path,
                        new BarPlot.Chart(
                                "speedup of the whole training", "times as fast", groups, List.of(bars), 1.0)));
    }

    private void write(String name, Consumer<Path> drawing) {
        attempt(name, () -> {
            drawing.accept(folder.resolve(name));
            folder.add(name);
            String vectors = SvgFile.nameOf(name);
            if (Files.exists(folder.path().resolve(vectors))) {
                folder.add(vectors);
            }
        });
    }

    /** A picture that cannot be drawn is remarked upon and does not take the others with it. */
    private void attempt(String name, Runnable drawing) {
        try {
            drawing.run();
        } catch (RuntimeException | LinkageError failed) {
            folder.remark("picture " + name + " was not drawn: " + failed.getMessage());
        }
    }
}
