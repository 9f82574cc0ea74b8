// SPDX-License-Identifier: Apache-2.0
package fizeau.bench.verify;

import fizeau.optics.ArchimedeanSpiral;
import fizeau.optics.ConcentricRings;
import fizeau.optics.FermatSpiral;
import fizeau.optics.JitteredGrid;
import fizeau.optics.LogarithmicSpiral;
import fizeau.optics.PixelPosition;
import fizeau.optics.RandomDisc;
import fizeau.optics.RandomSquare;
import fizeau.optics.ScanLine;
import fizeau.optics.ScanPattern;
import fizeau.optics.StarPattern;
import fizeau.random.MersenneTwister;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.PrimitiveIterator;
import java.util.stream.DoubleStream;

/** Group {@code pattern}: positions and lines of every scan pattern, the draws behind the random ones, and their helpers. */
final class PatternCheck implements CaseCheck {

    private static final String POSITIONS = "p";

    @Override
    public void check(CaseRun run) {
        GoldenCase golden = run.golden();
        if (golden.hasArray("draws")) {
            checkRandom(run);
        } else if (golden.hasParameter("r_max")) {
            checkFermat(run);
        } else if (golden.hasParameter("n_angles")) {
            StarPattern star = new StarPattern(golden.number("size") / 2, golden.integer("n_angles"));
            run.array(POSITIONS, ends(star.lines(golden.number("length"))));
        } else if (golden.hasParameter("roi_diameter")) {
            checkExamples(run);
        } else if (run.expects("sorted") || run.expects("rounded") || run.expects("line")) {
            checkPositions(run);
        } else {
            throw new IllegalArgumentException("case " + golden.name() + " describes no pattern that is understood");
        }
    }

    private static void checkFermat(CaseRun run) {
        GoldenCase golden = run.golden();
        int count = golden.integer("n_points");
        FermatSpiral spiral =
                new FermatSpiral(golden.number("r_max"), golden.number("r_cutoff", Double.POSITIVE_INFINITY));
        if (golden.number("length", 0) > 0) {
            List<ScanLine> lines = spiral.linesAtAngle(count, golden.number("length"), golden.number("line_angle"));
            run.array(POSITIONS, ends(lines));
        } else {
            run.array(POSITIONS, yx(spiral.centres(count)));
        }
    }

    private static void checkRandom(CaseRun run) {
        GoldenCase golden = run.golden();
        long seed = (long) golden.number("torch_manual_seed");
        MersenneTwister random = new MersenneTwister(seed);
        double[] draws = new double[golden.array("draws").values().length];
        for (int i = 0; i < draws.length; i++) {
            draws[i] = random.nextUniform24();
        }
        run.array("draws", draws, 0);

        int count = golden.integer("n_points");
        double length = golden.number("length", 0);
        if (golden.hasParameter("r_max")) {
            FermatSpiral spiral = new FermatSpiral(golden.number("r_max"));
            run.array(POSITIONS, ends(spiral.linesAtRandomAngles(count, length, seed)));
        } else if (golden.hasParameter("side")) {
            run.array(POSITIONS, yx(new RandomSquare(golden.number("side"), seed).centres(count)));
        } else {
            double diameter = golden.hasParameter("diameter") ? golden.number("diameter") : golden.number("size");
            RandomDisc disc = new RandomDisc(diameter / 2, seed);
            run.array(POSITIONS, length > 0 ? ends(disc.linesOfOriginal(count, length)) : yx(disc.centres(count)));
        }
    }

    /** The example patterns of the reference implementation return (x, y). */
    private static void checkExamples(CaseRun run) {
        GoldenCase golden = run.golden();
        double radius = golden.number("roi_diameter") / 2;
        int count = golden.integer("n_samples");
        if (golden.hasArray("normal_x")) {
            JitteredGrid grid =
                    new JitteredGrid(radius, JitteredGrid.USUAL_JITTER, (long) golden.number("numpy_seed", 0));
            PrimitiveIterator.OfDouble normals = DoubleStream.concat(
                            Arrays.stream(golden.array("normal_x").values()),
                            Arrays.stream(golden.array("normal_y").values()))
                    .iterator();
            PrimitiveIterator.OfDouble uniforms =
                    Arrays.stream(golden.array("uniform").values()).iterator();
            run.array(POSITIONS, xy(grid.centres(count, normals::nextDouble, uniforms::nextDouble)));
            if (golden.hasParameter("numpy_seed")) {
                run.extraArray("p from the seed", POSITIONS, xy(grid.centres(count)));
            }
        } else {
            run.array(POSITIONS, xy(example(golden, radius).centres(count)));
        }
    }

    /** These cases differ in nothing but their name and description. */
    private static ScanPattern example(GoldenCase golden, double radius) {
        String words = golden.name() + ' ' + golden.description();
        if (words.contains("concentric")) {
            return new ConcentricRings(radius);
        }
        if (words.contains("continuous")) {
            return new ArchimedeanSpiral(radius, golden.number("n_turns", ArchimedeanSpiral.USUAL_TURNS));
        }
        if (words.contains("logarithmic")) {
            return new LogarithmicSpiral(radius, golden.number("n_turns", LogarithmicSpiral.USUAL_TURNS));
        }
        throw new IllegalArgumentException("case " + golden.name()
                + " is an example pattern that is unknown: concentric, continuous and logarithmic are understood");
    }

    private static void checkPositions(CaseRun run) {
        GoldenCase golden = run.golden();
        if (run.expects("sorted")) {
            List<PixelPosition> points = positions(golden.array("points"));
            run.array("sorted", yx(PixelPosition.sortedByRadius(points)));
        }
        if (run.expects("rounded")) {
            List<PixelPosition> points = positions(golden.array("half"));
            run.array("rounded", yx(points.stream().map(PixelPosition::rounded).toList()));
        }
        if (run.expects("line")) {
            List<PixelPosition> ends = positions(golden.array("ends"));
            ScanLine line = new ScanLine(ends.get(0), ends.get(1));
            run.array("line", yx(line.positions(golden.integer("create_pattern_length"))));
        }
    }

    private static List<PixelPosition> positions(GoldenArray array) {
        List<PixelPosition> positions = new ArrayList<>();
        for (int i = 0; i < array.values().length; i += 2) {
            positions.add(new PixelPosition(array.values()[i], array.values()[i + 1]));
        }
        return positions;
    }

    private static double[] yx(List<PixelPosition> positions) {
        return positions.stream()
                .flatMapToDouble(position -> DoubleStream.of(position.y(), position.x()))
                .toArray();
    }

    private static double[] xy(List<PixelPosition> positions) {
        return positions.stream()
                .flatMapToDouble(position -> DoubleStream.of(position.x(), position.y()))
                .toArray();
    }

    private static double[] ends(List<ScanLine> lines) {
        return yx(lines.stream()
                .flatMap(line -> List.of(line.start(), line.end()).stream())
                .toList());
    }
}
