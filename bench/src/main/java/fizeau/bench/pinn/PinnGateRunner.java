// SPDX-License-Identifier: Apache-2.0
package fizeau.bench.pinn;

import fizeau.bench.files.Json;
import fizeau.bench.protocol.Job;
import fizeau.bench.protocol.JobFailure.JobFailedException;
import fizeau.bench.protocol.JobReport;
import fizeau.bench.protocol.JobRunner;
import fizeau.pinn.CollocationProblem.Losses;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.function.DoubleConsumer;

/**
 * The correctness gate: on a small workload of the same kind, each variant's gradient and loss curve beside those of automatic
 * differentiation in 64 bits, from the same weights. The square layers of a seeded network hardly let anything through, and a
 * wrong second derivative would hardly show; so the gradient is compared with lively weights as well. What is out of
 * tolerance, or cannot run, is not timed.
 */
public final class PinnGateRunner implements JobRunner {
    private static final int SAMPLES = 2;
    private static final int GRID = 16;
    private static final int STEPS = 30;

    /** Relative; single precision over thirty steps stays ten times below. */
    static final double TOLERANCE = 1e-3;

    /**
     * What the gate found.
     *
     * @param lossDifference largest relative difference over the first steps; null when the variant could not run
     * @param gradientDifference norm of the difference over the norm, at the initial weights or at lively ones, whichever is
     *     larger
     * @param reason why it failed; null when it passed
     */
    public record Line(
            String variant, Double lossDifference, Double gradientDifference, boolean passed, String reason) {

        /** A peer that cannot do the work is missing, not wrong. */
        boolean peerCannotRun() {
            return lossDifference == null && variant.equals(PinnVariant.COMPILE.word());
        }
    }

    /** One line a variant. */
    public record Lines(List<Line> lines) {}

    @Override
    public String family() {
        return PinnJob.GATE;
    }

    @Override
    public JobReport run(Job job, double startSeconds, DoubleConsumer progress) {
        PinnJob settings = Json.value(job.settings(), PinnJob.class);
        long began = System.nanoTime();
        Lines lines = new Lines(check(
                settings.workload().reduced(SAMPLES, GRID),
                List.of(settings.variant().split(",")),
                settings.threads(),
                settings.python()));
        return JobReport.ofWork(job, startSeconds, began, lines);
    }

    static List<Line> check(PinnWorkload small, List<String> variants, int threads, String python) {
        PinnSetup setup = PinnSetup.of(small);
        PinnSetup lively = setup.lively(small.seed());
        float[] exactGradient = new float[setup.initialParameters().length];
        float[] exactLively = new float[exactGradient.length];
        double[] exactLosses;
        try (PinnSession reference = PinnSession.reference(setup, small);
                PinnSession livelyReference = PinnSession.reference(lively, small)) {
            reference.gradient(exactGradient);
            exactLosses = losses(reference);
            livelyReference.gradient(exactLively);
        }
        List<Line> lines = new ArrayList<>();
        for (String variant : variants) {
            if (variant.equals(PinnVariant.COMPILE.word())) {
                lines.add(peer(setup, small, exactLosses, threads, python));
                continue;
            }
            PinnVariant checked = PinnVariant.parse(variant);
            float[] gradient = new float[exactGradient.length];
            try (PinnSession session = PinnSession.open(checked, setup, small, threads);
                    PinnSession livelySession = PinnSession.open(checked, lively, small, threads)) {
                session.gradient(gradient);
                double difference = distance(exactGradient, gradient);
                livelySession.gradient(gradient);
                lines.add(line(
                        variant,
                        largestRelative(exactLosses, losses(session)),
                        Math.max(difference, distance(exactLively, gradient))));
            } catch (
                    RuntimeException
                            failure) { // libtorch tells all its errors so, a missing double backward among them
                String told =
                        String.valueOf(failure.getMessage()).lines().findFirst().orElse("no message");
                lines.add(new Line(variant, null, null, false, variant + " cannot run: " + told));
            }
        }
        return lines;
    }

    /** The peer shows its losses only; a wrong gradient shows in the second of them. */
    private static Line peer(PinnSetup setup, PinnWorkload small, double[] exactLosses, int threads, String python) {
        String word = PinnVariant.COMPILE.word();
        try {
            PinnPeer.Trained trained = new PinnPeer(python).train(setup, small, STEPS, 0, threads);
            double[] losses =
                    trained.losses().stream().mapToDouble(Double::doubleValue).toArray();
            return line(word, largestRelative(exactLosses, losses), 0);
        } catch (JobFailedException failure) {
            return new Line(word, null, null, false, word + " cannot run: " + failure.getMessage());
        }
    }

    private static Line line(String variant, double losses, double gradient) {
        boolean passed = losses <= TOLERANCE && gradient <= TOLERANCE;
        String reason = passed
                ? null
                : String.format(
                        Locale.ROOT,
                        "%s is out of tolerance: losses differ by %.1e and the gradient by %.1e, %.0e is allowed",
                        variant,
                        losses,
                        gradient,
                        TOLERANCE);
        return new Line(variant, finite(losses), finite(gradient), passed, reason);
    }

    private static Double finite(double value) {
        return Json.finite(value);
    }

    private static double[] losses(PinnSession session) {
        double[] losses = new double[STEPS];
        for (int i = 0; i < STEPS; i++) {
            Losses now = session.step();
            losses[i] = now.total();
        }
        return losses;
    }

    /** Infinite where one is no number. */
    static double largestRelative(double[] expected, double[] found) {
        double largest = 0;
        for (int i = 0; i < Math.min(expected.length, found.length); i++) {
            double difference = Math.abs(found[i] - expected[i]) / Math.abs(expected[i]);
            largest = difference >= 0 ? Math.max(largest, difference) : Double.POSITIVE_INFINITY;
        }
        return largest;
    }

    /** Norm of the difference over the norm; infinite where one is no number. */
    static double distance(float[] expected, float[] found) {
        double norm = 0;
        double sum = 0;
        for (int i = 0; i < expected.length; i++) {
            norm += (double) expected[i] * expected[i];
            sum += Math.pow((double) found[i] - expected[i], 2);
        }
        double distance = Math.sqrt(sum / norm);
        return Double.isFinite(distance) ? distance : Double.POSITIVE_INFINITY;
    }
}
