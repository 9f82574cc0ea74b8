// SPDX-License-Identifier: Apache-2.0
package fizeau.bench.profile;

import com.sun.management.OperatingSystemMXBean;
import fizeau.backend.Backend;
import fizeau.backend.TrainingSession;
import fizeau.backend.cpu.CpuBackend;
import fizeau.bench.files.Json;
import fizeau.bench.protocol.InterferenceMeter;
import fizeau.bench.protocol.Job;
import fizeau.bench.protocol.JobReport;
import fizeau.bench.protocol.JobRunner;
import fizeau.bench.protocol.MemoryUse;
import fizeau.bench.protocol.ProtocolSpec;
import fizeau.bench.trace.FlameGraph;
import fizeau.bench.trace.Range;
import fizeau.bench.trace.RangeRecorder;
import fizeau.bench.training.TrainingInput;
import fizeau.optics.PixelPosition;
import java.lang.management.ManagementFactory;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.function.DoubleConsumer;

/**
 * Trains the same workload again and again in one process: to warm up; then in pairs, with the recorder on and off, in
 * turns; and once more under async-profiler, whose sampling would disturb the other two.
 */
public final class ProfileRunner implements JobRunner {
    private static final double SHORTEST_FLAME_SECONDS = 2;
    private static final double LONGEST_FLAME_SECONDS = 60;

    /** Sample, begin, end, and for each epoch the iteration and its four stages. */
    private static final int RANGES_PER_SAMPLE = 3;

    private static final int RANGES_PER_ITERATION = 5;

    @Override
    public String family() {
        return ProfileSettings.FAMILY;
    }

    @Override
    public JobReport run(Job job, double startSeconds, DoubleConsumer progress) {
        ProfileSettings settings = Json.value(job.settings(), ProfileSettings.class);
        long began = System.nanoTime();
        TrainingInput input = TrainingInput.load(settings.workload(), settings.seed(), Path.of(settings.objectFile()));
        int samples = settings.workload().samples();
        RangeRecorder recorder = new RangeRecorder(
                samples * RANGES_PER_SAMPLE + settings.workload().iterations() * RANGES_PER_ITERATION);
        try (Backend backend = CpuBackend.open(settings.variant().threads(), recorder)) {
            double load = seconds(began);
            InterferenceMeter meter = new InterferenceMeter(ProtocolSpec.STEAL_LIMIT);
            Trainings trainings = new Trainings(settings, input, backend, recorder);
            return trainings.run(job, startSeconds, load, meter, progress);
        }
    }

    private static double seconds(long sinceNanos) {
        return (System.nanoTime() - sinceNanos) * 1e-9;
    }

    /** All trainings of one process. */
    private static final class Trainings {
        private final ProfileSettings settings;
        private final TrainingInput input;
        private final Backend backend;
        private final RangeRecorder recorder;
        private final float[] loss = new float[1];
        private Instant startedAt = Instant.EPOCH;
        private Double processorSeconds;
        private Map<String, String> plans = Map.of();
        private long nativeBytes;

        Trainings(ProfileSettings settings, TrainingInput input, Backend backend, RangeRecorder recorder) {
            this.settings = settings;
            this.input = input;
            this.backend = backend;
            this.recorder = recorder;
        }

        JobReport run(Job job, double startSeconds, double load, InterferenceMeter meter, DoubleConsumer progress) {
            int steps = 1 + 2 * settings.pairs() + 1;
            int done = 1;
            long began = System.nanoTime();
            int warmUps = 0;
            do {
                train(true);
                train(false);
                warmUps += 2;
            } while (seconds(began) < settings.warmUpSeconds());
            double warmUp = seconds(began);
            progress.accept((double) done / steps);
            System.gc(); // what the warm-up left behind is not to be collected inside a timed window
            double[] profiled = new double[settings.pairs()];
            double[] plain = new double[settings.pairs()];
            double timed = 0;
            for (int pair = 0; pair < settings.pairs(); pair++) {
                meter.open();
                // the recording that is kept is the last one: profiled comes last in the last pair
                boolean profiledFirst = (settings.pairs() - pair) % 2 == 0;
                if (profiledFirst) {
                    profiled[pair] = train(true);
                    plain[pair] = train(false);
                } else {
                    plain[pair] = train(false);
                    profiled[pair] = train(true);
                }
                meter.close();
                timed += profiled[pair] + plain[pair];
                done += 2;
                progress.accept((double) done / steps);
            }
            List<Range> ranges = recorder.ranges();
            String flameGraphProblem = flameGraph();
            ProfileOutcome outcome = new ProfileOutcome(
                    backend.description(),
                    ProcessHandle.current().pid(),
                    startedAt.toString(),
                    ranges,
                    profiled,
                    plain,
                    processorSeconds,
                    plans,
                    settings.flameGraphFile() != null && flameGraphProblem == null,
                    flameGraphProblem);
            progress.accept(1);
            return new JobReport(
                    job.variant(),
                    job.round(),
                    new JobReport.Phases(
                            startSeconds,
                            load,
                            warmUp,
                            warmUps * settings.workload().iterations(),
                            false,
                            timed),
                    MemoryUse.ofThisProcess(nativeBytes),
                    meter.total(),
                    Json.tree(outcome));
        }

        private String flameGraph() {
            if (settings.flameGraphFile() == null) {
                return null;
            }
            return FlameGraph.of(Path.of(settings.flameGraphFile()), () -> {
                        long began = System.nanoTime();
                        long spent = processorNanos();
                        do {
                            train(false);
                        } while (seconds(began) < SHORTEST_FLAME_SECONDS
                                // the sampler's timers count processor time, of which a busy machine gives little
                                || processorNanos() - spent < SHORTEST_FLAME_SECONDS * 1e9
                                        && seconds(began) < LONGEST_FLAME_SECONDS);
                    })
                    .orElse(null);
        }

        /** Seconds of one training; opening and closing the session is not part of it. */
        private double train(boolean record) {
            try (TrainingSession session = backend.openTraining(
                    input.spec(), settings.variant().switches(), input.object(), input.parameters())) {
                long processorBefore = processorNanos();
                Instant now = Instant.now();
                if (record) {
                    recorder.start();
                }
                long began = System.nanoTime();
                for (PixelPosition centre : input.centres()) {
                    trainSample(session, centre);
                }
                double seconds = seconds(began);
                if (record) {
                    recorder.stop();
                    startedAt = now;
                    long spent = processorNanos() - processorBefore;
                    processorSeconds = processorBefore < 0 ? null : spent * 1e-9;
                    plans = session.report().plans();
                    nativeBytes = session.report().nativeBytes();
                }
                return seconds;
            }
        }

        private void trainSample(TrainingSession session, PixelPosition centre) {
            recorder.open(ProfileOutcome.SAMPLE);
            recorder.open(ProfileOutcome.BEGIN);
            session.beginSample(centre);
            recorder.close();
            for (int epoch = 0; epoch < settings.workload().epochs(); epoch++) {
                recorder.open(ProfileOutcome.ITERATION);
                session.iterate(1, loss);
                recorder.close(loss[0]);
            }
            recorder.open(ProfileOutcome.END);
            session.endSample();
            recorder.close();
            recorder.close();
        }

        /** Processor time of all threads so far; -1 where the system does not tell. */
        private static long processorNanos() {
            return ManagementFactory.getOperatingSystemMXBean() instanceof OperatingSystemMXBean system
                    ? system.getProcessCpuTime()
                    : -1;
        }
    }
}
