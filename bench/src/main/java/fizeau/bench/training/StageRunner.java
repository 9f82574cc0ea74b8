// SPDX-License-Identifier: Apache-2.0
package fizeau.bench.training;

import fizeau.backend.StageClock;
import fizeau.backend.TrainingSession;
import fizeau.bench.files.Json;
import fizeau.bench.protocol.InterferenceMeter;
import fizeau.bench.protocol.Job;
import fizeau.bench.protocol.JobReport;
import fizeau.bench.protocol.JobRunner;
import fizeau.bench.protocol.MemoryUse;
import fizeau.bench.stats.Summary;
import fizeau.optics.PixelPosition;
import java.util.Arrays;
import java.util.List;
import java.util.TreeMap;
import java.util.function.DoubleConsumer;

/**
 * Trains in this process twice side by side, with a stage clock and without, position by position in turn, so that the
 * clock's own cost is measured under the same circumstances.
 */
public final class StageRunner implements JobRunner {

    @Override
    public String family() {
        return StageProfile.FAMILY;
    }

    @Override
    public JobReport run(Job job, double startSeconds, DoubleConsumer progress) {
        TrainingJob settings = Json.value(job.settings(), TrainingJob.class);
        long began = System.nanoTime();
        TrainingInput input = TrainingInput.load(settings);
        try (StageWatch watch = StageWatch.open(settings.variant())) {
            double load = (System.nanoTime() - began) * 1e-9;
            long warmUpBegan = System.nanoTime();
            WarmUp.Result warm = new WarmUp(settings, input, watch.timed()).run();
            double warmUp = (System.nanoTime() - warmUpBegan) * 1e-9;
            InterferenceMeter meter = new InterferenceMeter(settings.stealLimit());
            StageProfile profile;
            try (TrainingSession with = watch.timed().openSession(input.spec(), input.object(), input.parameters());
                    TrainingSession without =
                            watch.plain().openSession(input.spec(), input.object(), input.parameters())) {
                watch.reset();
                profile = train(settings, input.centres(), new TrainingSession[] {with, without}, watch, meter);
            }
            progress.accept(1);
            return new JobReport(
                    job.variant(),
                    job.round(),
                    new JobReport.Phases(
                            startSeconds,
                            load,
                            warmUp,
                            warm.iterations(),
                            warm.stationary(),
                            2 * profile.iterations() * profile.iterationNanos() * 1e-9),
                    MemoryUse.ofThisProcess(0),
                    meter.total(),
                    Json.tree(profile));
        }
    }

    private static StageProfile train(
            TrainingJob settings,
            List<PixelPosition> centres,
            TrainingSession[] sessions,
            StageWatch watch,
            InterferenceMeter meter) {
        int epochs = settings.workload().epochs();
        double[][] nanos = new double[sessions.length][centres.size() * epochs];
        float[] loss = new float[1];
        for (int sample = 0; sample < centres.size(); sample++) {
            for (int turn = 0; turn < sessions.length; turn++) {
                int which = (sample + turn) % sessions.length; // whoever goes first meets the other's caches
                TrainingSession session = sessions[which];
                session.beginSample(centres.get(sample));
                meter.open();
                for (int i = 0; i < epochs; i++) {
                    long before = System.nanoTime();
                    session.iterate(1, loss);
                    nanos[which][sample * epochs + i] = System.nanoTime() - before;
                }
                meter.close();
                session.endSample();
            }
        }
        int iterations = centres.size() * epochs;
        TreeMap<String, Double> stages = new TreeMap<>();
        for (StageClock.Stage stage : StageClock.Stage.values()) {
            stages.put(stage.word(), watch.nanos(stage) / iterations);
        }
        return new StageProfile(
                settings.variant().name(),
                stages,
                Arrays.stream(nanos[0]).sum() / iterations,
                Summary.median(nanos[0]) / Summary.median(nanos[1]) - 1,
                iterations);
    }
}
