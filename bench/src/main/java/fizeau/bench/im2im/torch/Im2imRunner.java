// SPDX-License-Identifier: Apache-2.0
package fizeau.bench.im2im.torch;

import fizeau.bench.eager.EagerThreads;
import fizeau.bench.files.Json;
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
import fizeau.bench.ops.torch.ProcessSettings;
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
        Timers timers = new Timers(ResidentMarks.ofThisProcess());
        InterferenceMeter meter = new InterferenceMeter(settings.stealLimit());
        WarmUp[] warmUp = new WarmUp[1];
        String total = mode == Im2imMode.TRAIN ? "total_training" : "total_inference";
        Im2imOutcome outcome = timers.time(total, () -> {
            Im2imOutcome made = mode == Im2imMode.TRAIN
                    ? new TrainingRun(settings, timers, meter, progress, found -> warmUp[0] = found).run()
                    : new PredictionRun(settings, timers, meter, progress, found -> warmUp[0] = found).run();
            return made;
        });
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

    /** Loads libtorch and sets the process up; says how. */
    static String settleProcess(Im2imJob job) {
        new EagerThreads.Setting(job.threads(), 1).apply();
        if (job.settings().on(Im2imSwitch.KEEP_MEMORY)) {
            ProcessSettings.keepMemory();
        }
        return job.threads() + " of OpenMP";
    }

    static VolumeSource source(Im2imSettings settings, boolean withTargets) {
        String path = settings.text(SettingKey.DATA_PATH);
        return path.equals("synthetic")
                ? new SyntheticVolumes(
                        settings.integer(SettingKey.VOLUMES), settings.sizes(SettingKey.VOLUME), settings.seed())
                : new TiffVolumes(Path.of(path), withTargets);
    }
}
