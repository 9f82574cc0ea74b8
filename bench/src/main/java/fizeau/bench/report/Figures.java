// SPDX-License-Identifier: Apache-2.0
package fizeau.bench.report;

import fizeau.bench.page.Block;
import fizeau.bench.page.Block.Figure;
import fizeau.bench.plot.SvgFile;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** The figures of a run, with their captions. */
public final class Figures {
    private static final Map<String, String> CAPTIONS = captions();

    private Figures() {}

    /** Those that lie in a run's folder. */
    public static List<Figure> beside(Path folder) {
        List<Figure> figures = new ArrayList<>();
        CAPTIONS.forEach((name, caption) -> read(folder, name, caption).ifPresent(figures::add));
        return figures;
    }

    /** One figure, with its name without an ending; empty where it is not there. */
    static Optional<Figure> read(Path folder, String name, String caption) {
        Path png = folder.resolve(name + ".png");
        Path svg = SvgFile.beside(png);
        try {
            byte[] pixels = Files.isRegularFile(png) ? Files.readAllBytes(png) : null;
            String vectors = Files.isRegularFile(svg) ? Files.readString(svg, StandardCharsets.UTF_8) : null;
            return pixels == null && vectors == null
                    ? Optional.empty()
                    : Optional.of(new Figure(name + ".png", caption, pixels, vectors));
        } catch (IOException e) {
            throw new UncheckedIOException("cannot read figure " + png + ": " + e.getMessage(), e);
        }
    }

    /** Appends those of these names that are there. */
    static void add(List<Block> blocks, List<Figure> figures, String... names) {
        for (String name : names) {
            figures.stream()
                    .filter(figure -> figure.name().equals(name + ".png"))
                    .forEach(blocks::add);
        }
    }

    private static Map<String, String> captions() {
        Map<String, String> captions = new LinkedHashMap<>();
        captions.put(
                "speedup",
                "Speedup of the whole training with its interval, where known; the dashed line is no change.");
        captions.put(
                "iteration_times",
                "Time of one iteration, every iteration of every round: density, quartiles and median.");
        captions.put(
                "panels",
                "Object, what the detector sees of it through the first aperture, and the reconstructions of round 1.");
        captions.put("loss_against_time", "Loss against training time, round 1.");
        captions.put("psnr_against_time", "Quality against training time, at the end of each sample, round 1.");
        captions.put("loss_curves", "Loss against the number of iterations, round 1.");
        captions.put("coverage", "Which part of the spectrum the scan has seen, and in which order.");
        captions.put(
                AblationPictures.WATERFALL,
                "From the original's way to the optimised engine, one thing more at each bar, measured in this order: another"
                        + " order would share the gains out differently. Intervals are those of the time reached.");
        captions.put(
                AblationPictures.SWITCHES,
                "Each switch alone and left out. The dashed line is no change: above it the switch helps. A star: see the"
                        + " notes on that switch.");
        captions.put(
                AblationPictures.STAGES, "Where an iteration spends its time, with everything off and everything on.");
        captions.put(
                OpsFiles.SPEEDUPS,
                "Eager's time over each method's, with intervals; above the dashed line a method is faster than eager.");
        captions.put(
                OpsFiles.TIMES,
                "Mean time of a call with its standard deviation, in units of eager's mean; a missing bar is a method without"
                        + " a time.");
        captions.put(
                CachesPicture.NAME,
                "What each cache costs and saves by size of the frame. Full circles: in the long run; open circles: the first"
                        + " call of a fresh process.");
        captions.putAll(InferPictures.captions());
        captions.put(
                Im2imFigures.LADDER,
                "From the straightforward loop to all switches, one more at each bar, in the order of the rows: another order"
                        + " would share the gains out differently.");
        captions.put(
                Im2imFigures.SPEEDUPS,
                "Speedup of every row over the reference row of the same work; the dashed line is no change.");
        captions.put(Im2imFigures.PARTS, "Where the steps of the run with the median time spend it.");
        captions.putAll(OperatorPicture.CAPTIONS);
        captions.put(BatchReport.PICTURE, "Whole reconstructions a second by the number that go together.");
        return captions;
    }
}
