// SPDX-License-Identifier: Apache-2.0
package fizeau.bench.training;

import fizeau.backend.TrainingSession;
import fizeau.bench.protocol.InterferenceMeter;
import fizeau.bench.protocol.WarmUpRule;
import fizeau.bench.stats.Summary;
import fizeau.metric.ImageQuality;
import fizeau.optics.PixelPosition;
import java.util.ArrayList;
import java.util.List;

/**
 * Warms a process up on throwaway sessions: a short training over a few positions spread over the scan, again and again
 * from its beginning until two that follow each other take the same time. Each grows its cumulative mask anew, because
 * small, middle and large masks may run through different code, and is watched and judged between samples as the timed
 * training is, because that code is compiled too, on the processors that train. A sample has no more iterations than one of
 * the workload: where the workload starts a sample for every iteration, so does the warm-up.
 */
final class WarmUp {
    /** Enough to meet small and large cumulative masks; a slow baseline passes over them in a third of a second. */
    private static final int POSITIONS = 8;

    /**
     * Iterations of a sample, where the workload has as many: in the first one nothing has changed yet, and what an engine
     * leaves out for that reason would be met cold in the timed training.
     */
    private static final int FEWEST_PER_SAMPLE = 3;

    /** A pass of less than this is lengthened: its median would be a matter of luck. */
    private static final double SHORTEST_PASS_SECONDS = 0.2;

    /** What the warm-up did; not stationary: it ran into its bound. */
    record Result(int iterations, boolean stationary) {}

    private final WarmUpRule rule;
    private final int epochs;
    private final InterferenceMeter meter;
    private final TrainingInput input;
    private final SessionFactory sessions;
    private final long began = System.nanoTime();
    private int iterations;

    WarmUp(TrainingJob job, TrainingInput input, SessionFactory sessions) {
        this.rule = job.warmUp();
        this.epochs = job.workload().epochs();
        this.meter = new InterferenceMeter(job.stealLimit());
        this.input = input;
        this.sessions = sessions;
    }

    Result run() {
        List<PixelPosition> positions = spread(input.centres());
        double first = train(positions, 1);
        if ((System.nanoTime() - began) * 1e-9 >= rule.maxSeconds()) {
            return new Result(iterations, false);
        }
        int longEnough = (int) Math.ceil(SHORTEST_PASS_SECONDS / (first * positions.size()));
        int lengthening = Math.max(1, Math.min(longEnough, 100));
        int perSample = Math.min(Math.max(lengthening, FEWEST_PER_SAMPLE), epochs);
        int trainings = (lengthening + perSample - 1) / perSample;
        WarmUpRule.End end = rule.repeat(began, number -> pass(positions, perSample, trainings));
        return new Result(iterations, end.stationary());
    }

    private double pass(List<PixelPosition> positions, int perSample, int trainings) {
        double[] medians = new double[trainings];
        for (int i = 0; i < trainings; i++) {
            medians[i] = train(positions, perSample);
        }
        return Summary.median(medians);
    }

    /** Median over the samples: seconds of an iteration, with its share of the sample's start and end. */
    private double train(List<PixelPosition> positions, int perSample) {
        double[] times = new double[positions.size()];
        float[] losses = new float[perSample];
        try (TrainingSession session = sessions.openSession(input.spec(), input.object(), input.parameters())) {
            for (int sample = 0; sample < times.length; sample++) {
                meter.open();
                long before = System.nanoTime();
                session.beginSample(positions.get(sample));
                session.iterate(perSample, losses);
                session.endSample();
                times[sample] = (System.nanoTime() - before) * 1e-9 / perSample;
                meter.close();
                ImageQuality.of(session.estimate(), input.object(), input.spec().object());
            }
        }
        iterations += times.length * perSample;
        return Math.max(1e-9, Summary.median(times));
    }

    private static List<PixelPosition> spread(List<PixelPosition> centres) {
        int count = Math.min(POSITIONS, centres.size());
        List<PixelPosition> positions = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            positions.add(centres.get((int) ((long) i * centres.size() / count)));
        }
        return positions;
    }
}
