// SPDX-License-Identifier: Apache-2.0
package fizeau.bench.profile;

import fizeau.backend.Ranges;
import fizeau.backend.cuda.CudaBackend;
import fizeau.backend.cuda.raw.CuptiTimeline;
import fizeau.backend.cuda.raw.DeviceActivity;
import fizeau.backend.cuda.raw.NvtxRanges;
import fizeau.bench.trace.Range;
import fizeau.bench.trace.RangeRecorder;
import fizeau.nativeconfig.ProfilerLibraries;
import fizeau.nativeconfig.Settings;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;

/**
 * Runs work on a device: unrecorded until kernels are loaded and clocks are up, then once between the marks that NVIDIA's
 * profilers go by, with ranges of the host and, where CUPTI can be used, a timeline of the device. Borrows the backend; runs
 * on its thread.
 */
final class DeviceProfiler {

    private static final int WARM_UP_PASSES = 3;
    private static final double WARM_UP_SECONDS = 1;

    /**
     * What one recorded pass gave.
     *
     * @param originNanos when the ranges' clock began, on that of {@link System#nanoTime}
     * @param activities on the device, in the order of their beginning; empty without a timeline
     * @param remarks what is missing and why
     */
    record Pass(
            Instant startedAt,
            double seconds,
            long originNanos,
            List<Range> ranges,
            List<DeviceActivity> activities,
            long dropped,
            List<String> remarks) {}

    private final CudaBackend backend;
    private final ProfilerLibraries libraries;
    private final List<String> remarks = new ArrayList<>();

    DeviceProfiler(CudaBackend backend, Settings settings) {
        this.backend = backend;
        this.libraries = ProfilerLibraries.find(settings);
    }

    /**
     * Profiles work of the backend.
     *
     * @param timeline whether to record the device by CUPTI, which excludes NVIDIA's profilers
     * @param nvtx whether to tell NVIDIA's profilers the ranges' names
     */
    Pass run(DeviceWork work, boolean timeline, boolean nvtx) {
        CuptiTimeline cupti = timeline ? openTimeline() : null;
        Ranges marks = nvtx ? openMarks() : Ranges.NONE;
        RangeRecorder recorder = new RangeRecorder(work.ranges(), marks);
        try {
            long began = System.nanoTime();
            for (int pass = 0; pass < WARM_UP_PASSES || (System.nanoTime() - began) * 1e-9 < WARM_UP_SECONDS; pass++) {
                work.prepare();
                work.run(Ranges.NONE);
            }
            work.prepare();
            List<DeviceActivity> activities = new ArrayList<>();
            double[] seconds = new double[1];
            Instant startedAt = Instant.now();
            backend.profiled(() -> {
                boolean recording = cupti != null && started(cupti);
                recorder.start();
                long start = System.nanoTime();
                work.run(recorder);
                seconds[0] = (System.nanoTime() - start) * 1e-9;
                recorder.stop();
                if (recording) {
                    activities.addAll(cupti.stop());
                }
            });
            long dropped = cupti == null ? 0 : cupti.dropped();
            return new Pass(
                    startedAt,
                    seconds[0],
                    recorder.originNanos(),
                    recorder.ranges(),
                    List.copyOf(activities),
                    dropped,
                    List.copyOf(remarks));
        } finally {
            if (cupti != null) {
                cupti.close();
            }
        }
    }

    private CuptiTimeline openTimeline() {
        try {
            return CuptiTimeline.open(libraries);
        } catch (IllegalArgumentException unusable) {
            remarks.add(unusable.getMessage());
            return null;
        }
    }

    private boolean started(CuptiTimeline cupti) {
        try {
            cupti.start();
            return true;
        } catch (IllegalArgumentException refused) {
            remarks.add(refused.getMessage());
            return false;
        }
    }

    private Ranges openMarks() {
        try {
            return NvtxRanges.open(libraries);
        } catch (IllegalArgumentException unusable) {
            remarks.add(unusable.getMessage());
            return Ranges.NONE;
        }
    }
}
