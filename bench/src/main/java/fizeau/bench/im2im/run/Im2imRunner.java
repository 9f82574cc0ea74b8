// SPDX-License-Identifier: Apache-2.0
package fizeau.bench.im2im.run;

import fizeau.bench.files.Json;
import fizeau.bench.im2im.Accelerator;
import fizeau.bench.im2im.Im2imJob;
import fizeau.bench.im2im.Im2imMode;
import fizeau.bench.im2im.Im2imOutcome;
import fizeau.bench.im2im.Im2imSettings;
import fizeau.bench.im2im.Im2imSwitch;
import fizeau.bench.im2im.ResidentMarks;
import fizeau.bench.im2im.SettingKey;
import fizeau.bench.im2im.SyntheticVolumes;
import fizeau.bench.im2im.TiffVolumes;
import fizeau.bench.im2im.Timers;
import fizeau.bench.im2im.Timing;
import fizeau.bench.im2im.VolumeSource;
import fizeau.bench.im2im.cuda.CudaMachine;
import fizeau.bench.im2im.onednn.OneDnnMachine;
import fizeau.bench.im2im.torch.TorchMachine;
import fizeau.bench.protocol.InterferenceMeter;
import fizeau.bench.protocol.Job;
import fizeau.bench.protocol.JobReport;
import fizeau.bench.protocol.JobRunner;
import fizeau.bench.protocol.MemoryUse;
import java.nio.file.Path;
import java.util.function.DoubleConsumer;

/** Times one task in this process: set-up, a warm-up that is thrown away, then the work itself from the initial weights. */
public final class Im2imRunner implements JobRunner {
    private static final double MEBIBYTE = 1 << 20;

    @Override
    public String family() {
        return Im2imJob.FAMILY;
    }

    /** What a warm-up took. */
    record WarmUp(double firstSeconds, int steps, boolean stationary) {}

    @Override
    public JobReport run(Job job, double startSeconds, DoubleConsumer progress) {
        Im2imJob settings = Json.value(job.settings(), Im2imJob.class);
        Im2imMode mode = Im2imMode.parse(settings.mode());
        InterferenceMeter meter = new InterferenceMeter(settings.stealLimit());
        WarmUp[] warmUp = new WarmUp[1];
        String total = mode == Im2imMode.TRAIN ? "total_training" : "total_inference";
        Timers timers;
        Im2imOutcome outcome;
        try (Machine machine = machine(settings.settings())) {
            timers = new Timers(ResidentMarks.ofThisProcess(), machine.memory());
            outcome = timers.time(
                    total,
                    () -> mode == Im2imMode.TRAIN
                            ? new TrainingRun(machine, settings, timers, meter, progress, found -> warmUp[0] = found)
                                    .run()
                            : new PredictionRun(machine, settings, timers, meter, progress, found -> warmUp[0] = found)
                                    .run());
        }
        outcome = outcome.withTimings(timers.timings());
        Timing whole = timers.timings().get(total);
        double timed = timers.timings().get(Im2imOutcome.headline(mode)).elapsedSeconds();
        double warm = timers.timings().get("warm_up").elapsedSeconds();
        return new JobReport(
                job.variant(),
                job.round(),
                new JobReport.Phases(
                        startSeconds,
                        whole.elapsedSeconds() - timed,
                        warm,
                        warmUp[0].steps(),
                        warmUp[0].stationary(),
                        timed),
                memory(whole),
                meter.total(),
                Json.tree(outcome));
    }

    /** The timers set the system's mark back, so its highest value is theirs. */
    private static MemoryUse memory(Timing whole) {
        MemoryUse now = MemoryUse.ofThisProcess(0);
        return whole.peakMemoryMb() == null
                ? now
                : new MemoryUse((long) (whole.peakMemoryMb() * MEBIBYTE), 0, now.peakHeapBytes());
    }

    /** None loads a library before it is told to settle, and a job loads no other's: not libtorch on a GPU, nor CUDA elsewhere. */
    private static Machine machine(Im2imSettings settings) {
        if (settings.accelerator() == Accelerator.GPU) {
            return new CudaMachine();
        }
        Machine usual = new TorchMachine();
        return settings.on(Im2imSwitch.ONEDNN) ? new OneDnnMachine(usual) : usual;
    }

    static VolumeSource source(Im2imSettings settings, boolean withTargets) {
        String path = settings.text(SettingKey.DATA_PATH);
        return path.equals("synthetic")
                ? new SyntheticVolumes(
                        settings.integer(SettingKey.VOLUMES), settings.sizes(SettingKey.VOLUME), settings.seed())
                : new TiffVolumes(Path.of(path), withTargets);
    }
}
