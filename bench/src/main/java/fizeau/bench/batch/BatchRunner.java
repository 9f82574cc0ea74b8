// SPDX-License-Identifier: Apache-2.0
package fizeau.bench.batch;

import fizeau.backend.Backend;
import fizeau.backend.Switches;
import fizeau.backend.TrainingBatch;
import fizeau.backend.TrainingBatch.Member;
import fizeau.backend.TrainingSpec;
import fizeau.backend.cpu.CpuBackend;
import fizeau.backend.selection.BackendSelector;
import fizeau.backend.selection.DeviceName;
import fizeau.bench.files.Json;
import fizeau.bench.protocol.InterferenceMeter;
import fizeau.bench.protocol.Job;
import fizeau.bench.protocol.JobReport;
import fizeau.bench.protocol.JobRunner;
import fizeau.bench.protocol.MemoryUse;
import fizeau.bench.protocol.WarmUpRule;
import fizeau.bench.training.TrainingInput;
import fizeau.nativeconfig.Settings;
import fizeau.optics.PixelPosition;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.function.DoubleConsumer;

/**
 * Trains a batch in this process: holds losses of members against those of the same members alone, warms up on throwaway
 * batches, then trains all members through the whole scan and takes the time.
 */
public final class BatchRunner implements JobRunner {

    private static final int CHECKED_POSITIONS = 2;
    private static final int CHECKED_ITERATIONS = 3;
    private static final int WARM_UP_POSITIONS = 4;
    private static final int WARM_UP_ITERATIONS = 8;

    @Override
    public String family() {
        return BatchJob.FAMILY;
    }

    @Override
    public JobReport run(Job job, double startSeconds, DoubleConsumer progress) {
        BatchJob settings = Json.value(job.settings(), BatchJob.class);
        long loadBegan = System.nanoTime();
        List<Member> members = new ArrayList<>();
        TrainingInput input = null;
        for (long seed : settings.seeds()) {
            input = TrainingInput.load(settings.workload(), seed, Path.of(settings.objectFile()));
            members.add(new Member(input.object(), input.parameters()));
        }
        if (input == null) {
            throw new IllegalArgumentException("a batch of no members trains nothing: name at least one");
        }
        try (Device device = Device.open(settings)) {
            double load = (System.nanoTime() - loadBegan) * 1e-9;
            Work work = new Work(settings, input.spec(), input.centres(), members, device);
            int[] compared = work.check();
            long warmUpBegan = System.nanoTime();
            WarmUpRule.End end = settings.warmUp().repeat(warmUpBegan, number -> work.warmUpPass());
            double warmUp = (System.nanoTime() - warmUpBegan) * 1e-9;
            System.gc(); // what the warm-up left behind is not to be collected inside the timed window
            InterferenceMeter meter = new InterferenceMeter(settings.stealLimit());
            try (TrainingBatch batch = device.batch(input.spec(), members)) {
                double seconds = work.train(batch, meter, progress);
                long bytes = 0;
                for (int member = 0; member < batch.size(); member++) {
                    long own = batch.report(member).nativeBytes();
                    bytes = device.countsTogether() ? Math.max(bytes, own) : bytes + own;
                }
                int iterations = settings.workload().iterations();
                return new JobReport(
                        job.variant(),
                        job.round(),
                        new JobReport.Phases(
                                startSeconds, load, warmUp, work.warmUpIterations, end.stationary(), seconds),
                        MemoryUse.ofThisProcess(bytes),
                        meter.total(),
                        Json.tree(new BatchOutcome(
                                device.description(), seconds, seconds * 1e9 / iterations, compared[0], compared[1])));
            }
        }
    }

    /** Where members train. */
    private record Device(Backend backend, BatchJob job) implements AutoCloseable {

        static Device open(BatchJob job) {
            DeviceName name = DeviceName.parse(job.variant().device());
            int threads = job.variant().threads();
            return new Device(
                    new BackendSelector(Settings.ofProcess(), () -> CpuBackend.open(threads), notice -> {}).open(name),
                    job);
        }

        String description() {
            return backend.description();
        }

        /** A GPU counts the memory of all its sessions together. */
        boolean countsTogether() {
            return job.variant().onCuda();
        }

        TrainingBatch batch(TrainingSpec spec, List<Member> members) {
            return batch(spec, members, job.way());
        }

        /** A batch of one, computed as its member would be in the batch. */
        TrainingBatch alone(TrainingSpec spec, Member member) {
            Switches switches = job.variant().switches();
            return backend.openBatch(
                    spec, job.way() == BatchWay.SIDE_BY_SIDE ? switches.withThreads(1) : switches, List.of(member));
        }

        private TrainingBatch batch(TrainingSpec spec, List<Member> members, BatchWay way) {
            Switches switches = job.variant().switches();
            return way == BatchWay.BRANCHES
                    ? backend.openBatch(spec, switches, members)
                    : ((CpuBackend) backend).openBatch(spec, switches, members, way == BatchWay.SIDE_BY_SIDE);
        }

        @Override
        public void close() {
            backend.close();
        }
    }

    /** What is done with batches. */
    private static final class Work {
        private final BatchJob job;
        private final TrainingSpec spec;
        private final List<PixelPosition> centres;
        private final List<Member> members;
        private final Device device;
        private int warmUpIterations;

        Work(BatchJob job, TrainingSpec spec, List<PixelPosition> centres, List<Member> members, Device device) {
            this.job = job;
            this.spec = spec;
            this.centres = centres;
            this.members = members;
            this.device = device;
        }

        /** Losses that were compared, and how many of them are different. */
        int[] check() {
            int positions = Math.min(CHECKED_POSITIONS, centres.size());
            int iterations = Math.min(CHECKED_ITERATIONS, job.workload().epochs());
            List<float[][]> together;
            try (TrainingBatch batch = device.batch(spec, members)) {
                together = losses(batch, positions, iterations);
            }
            int[] counts = new int[2];
            int last = members.size() - 1;
            for (int member : last == 0 ? List.of(0) : List.of(0, last)) {
                try (TrainingBatch alone = device.alone(spec, members.get(member))) {
                    List<float[][]> own = losses(alone, positions, iterations);
                    for (int position = 0; position < positions; position++) {
                        for (int i = 0; i < iterations; i++) {
                            counts[0]++;
                            boolean same = Float.floatToRawIntBits(own.get(position)[0][i])
                                    == Float.floatToRawIntBits(together.get(position)[member][i]);
                            counts[1] += same ? 0 : 1;
                        }
                    }
                }
            }
            return counts;
        }

        /** By position, member and iteration. */
        private List<float[][]> losses(TrainingBatch batch, int positions, int iterations) {
            List<float[][]> all = new ArrayList<>();
            for (int position = 0; position < positions; position++) {
                float[][] losses = new float[batch.size()][iterations];
                batch.beginSample(centres.get(position));
                batch.iterate(iterations, losses);
                batch.endSample();
                all.add(losses);
            }
            return all;
        }

        /** Seconds of an iteration of a throwaway batch over a few positions. */
        double warmUpPass() {
            int positions = Math.min(WARM_UP_POSITIONS, centres.size());
            int iterations = Math.min(WARM_UP_ITERATIONS, job.workload().epochs());
            try (TrainingBatch batch = device.batch(spec, members)) {
                long began = System.nanoTime();
                losses(batch, positions, iterations);
                warmUpIterations += positions * iterations;
                return (System.nanoTime() - began) * 1e-9 / (positions * iterations);
            }
        }

        /** Seconds of the whole scan. */
        double train(TrainingBatch batch, InterferenceMeter meter, DoubleConsumer progress) {
            int epochs = job.workload().epochs();
            float[][] losses = new float[batch.size()][epochs];
            meter.open();
            long began = System.nanoTime();
            for (PixelPosition centre : centres) {
                batch.beginSample(centre);
                batch.iterate(epochs, losses);
                batch.endSample();
            }
            double seconds = (System.nanoTime() - began) * 1e-9;
            meter.close();
            progress.accept(1);
            for (float[] own : losses) {
                if (!Float.isFinite(own[epochs - 1])) {
                    throw new IllegalStateException("a member's last loss is " + own[epochs - 1]
                            + ": its training diverged, try another --seed");
                }
            }
            return seconds;
        }
    }
}
