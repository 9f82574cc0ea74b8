// SPDX-License-Identifier: Apache-2.0
package fizeau.bench.pinn;

import fizeau.bench.environment.ProcessMemory;
import fizeau.bench.files.Json;
import fizeau.bench.pinn.MemoryFootprint.Peak;
import fizeau.bench.protocol.Interference;
import fizeau.bench.protocol.Job;
import fizeau.bench.protocol.JobReport;
import fizeau.bench.protocol.JobRunner;
import fizeau.bench.protocol.MemoryUse;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.OptionalLong;
import java.util.function.Consumer;
import java.util.function.DoubleConsumer;

/**
 * Takes the peaks of one variant in this process: libraries are loaded and code is compiled on a tiny batch first, then the
 * high-water mark of the process is lowered to what is resident, which Linux allows a process to do to itself. On a GPU the
 * account of its memory tells.
 */
public final class PinnMemoryRunner implements JobRunner {
    private static final Path CLEAR = Path.of("/proc/self/clear_refs");

    /** Lowers the mark. */
    private static final String PEAK = "5";

    private static final int GRID = 32;
    private static final int TINY = 8;
    private static final int LOADING_STEPS = 3;

    @Override
    public String family() {
        return PinnJob.MEMORY;
    }

    @Override
    public JobReport run(Job job, double startSeconds, DoubleConsumer progress) {
        PinnJob settings = Json.value(job.settings(), PinnJob.class);
        PinnVariant variant = PinnVariant.parse(settings.variant());
        PinnWorkload one = settings.workload().reduced(1, GRID);
        PinnSetup setup = PinnSetup.of(one).first(MemoryFootprint.BATCH);
        Peak found = settings.place().onCuda()
                ? onDevice(variant, setup, one, settings.place())
                : resident(variant, setup, one, settings.place());
        return new JobReport(
                job.variant(),
                job.round(),
                new JobReport.Phases(startSeconds, 0, 0, 0, true, 0),
                MemoryUse.ofThisProcess(0),
                Interference.NONE,
                Json.tree(found));
    }

    private static Peak resident(PinnVariant variant, PinnSetup setup, PinnWorkload one, PinnPlace place) {
        use(variant, setup.first(TINY), one, place, session -> {
            for (int i = 0; i < LOADING_STEPS; i++) {
                session.step();
            }
            session.field();
        });
        Long inference = peak(() -> use(variant, setup, one, place, PinnSession::field));
        Long tuning = peak(() -> use(variant, setup, one, place, PinnSession::step));
        return inference == null || tuning == null
                ? Peak.unavailable(variant.word(), "this system does not let a process lower its high-water mark")
                : new Peak(variant.word(), "measured", inference, tuning, null);
    }

    /** Each session has a device of its own, whose account begins at nothing. */
    private static Peak onDevice(PinnVariant variant, PinnSetup setup, PinnWorkload one, PinnPlace place) {
        long inference = use(variant, setup, one, place, PinnSession::field);
        long tuning = use(variant, setup, one, place, PinnSession::step);
        return new Peak(variant.word(), "measured", inference, tuning, null);
    }

    /** Works in a session of its own; answers what it took of a device. */
    private static long use(
            PinnVariant variant, PinnSetup setup, PinnWorkload workload, PinnPlace place, Consumer<PinnSession> work) {
        try (PinnSession session = PinnSession.open(variant, setup, workload, place)) {
            work.accept(session);
            return session.deviceBytes();
        }
    }

    /** What is resident at most during the work beyond what is resident before it; null where the mark cannot be lowered. */
    private static Long peak(Runnable work) {
        System.gc();
        try {
            Files.writeString(CLEAR, PEAK);
        } catch (IOException notHere) {
            return null;
        }
        OptionalLong before = ProcessMemory.now().residentBytes();
        work.run();
        OptionalLong after = ProcessMemory.now().peakResidentBytes();
        return before.isPresent() && after.isPresent() ? Math.max(0, after.getAsLong() - before.getAsLong()) : null;
    }
}
