// SPDX-License-Identifier: Apache-2.0
package fizeau.bench.training;

import fizeau.backend.TrainingSession;
import fizeau.bench.protocol.WarmUpRule;
import fizeau.bench.stats.Summary;
import fizeau.optics.PixelPosition;
import java.util.ArrayList;
import java.util.List;

/**
 * Warms a process up on a throwaway session: one short pass over a few positions spread over the scan, which grows the
 * cumulative mask, then passes of equal work until two that follow each other take the same time. A sample of a pass has no
 * more iterations than one of the workload: where the workload starts a sample for every iteration, so does the warm-up.
 */
final class WarmUp {
    /** Enough to meet small and large cumulative masks; a slow baseline passes over them in a third of a second. */
    private static final int POSITIONS = 8;

    /** A pass of less than this is lengthened: its median would be a matter of luck. */
    private static final double SHORTEST_PASS_SECONDS = 0.2;

    /** What the warm-up did; not stationary: it ran into its bound. */
    record Result(int iterations, boolean stationary) {}

    private final WarmUpRule rule;
    private final int epochs;
    private final TrainingInput input;
    private final SessionFactory sessions;
    private final long began = System.nanoTime();
    private int iterations;

    WarmUp(TrainingJob job, TrainingInput input, SessionFactory sessions) {
        this.rule = job.warmUp();
        this.epochs = job.workload().epochs();
        this.input = input;
        this.sessions = sessions;
    }

    Result run() {
        try (TrainingSession session = sessions.openSession(input.spec(), input.object(), input.parameters())) {
            List<PixelPosition> positions = spread(input.centres());
            double first = pass(session, positions, 1, 1);
            if ((System.nanoTime() - began) * 1e-9 >= rule.maxSeconds()) {
                return new Result(iterations, false);
            }
            int longEnough = (int) Math.ceil(SHORTEST_PASS_SECONDS / (first * positions.size()));
            int lengthening = Math.max(1, Math.min(longEnough, 100));
            int perSample = Math.min(lengthening, epochs);
            int sweeps = (lengthening + perSample - 1) / perSample;
            WarmUpRule.End end = rule.repeat(began, number -> pass(session, positions, perSample, sweeps));
            return new Result(iterations, end.stationary());
        }
    }

    /** Median over the samples of a pass: seconds of an iteration, with its share of the sample's start and end. */
    private double pass(TrainingSession session, List<PixelPosition> positions, int perSample, int sweeps) {
        double[] times = new double[positions.size() * sweeps];
        float[] losses = new float[perSample];
        for (int sample = 0; sample < times.length; sample++) {
            long before = System.nanoTime();
            session.beginSample(positions.get(sample % positions.size()));
            session.iterate(perSample, losses);
            session.endSample();
            times[sample] = (System.nanoTime() - before) * 1e-9 / perSample;
            session.estimate();
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
