// SPDX-License-Identifier: Apache-2.0
package fizeau.backend.cuda;

import fizeau.backend.Closing;
import fizeau.backend.Ranges;
import fizeau.backend.StageClock.Stage;
import fizeau.backend.cuda.raw.CudaEvent;
import fizeau.backend.cuda.raw.CudaStream;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Deque;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Measures on the device how long each stage of launched iterations takes: an event before and one behind it. Iterations must
 * be run one by one and without graphs, for the events of a stage serve the next iteration again. Owns its events, borrows the
 * stream; one thread.
 */
public final class StageEvents implements AutoCloseable {

    private static final Stage[] STAGES = Stage.values();

    private final CudaStream stream;
    private final List<CudaEvent> starts = new ArrayList<>();
    private final List<CudaEvent> ends = new ArrayList<>();
    private final boolean[] pending = new boolean[STAGES.length];
    private final double[] nanos = new double[STAGES.length];
    private final Marks marks = new Marks();

    private StageEvents(CudaStream stream) {
        this.stream = stream;
    }

    static StageEvents open(CudaSession session) {
        StageEvents events = new StageEvents(session.stream());
        try {
            for (int stage = 0; stage < STAGES.length; stage++) {
                events.starts.add(CudaEvent.open(session.context()));
                events.ends.add(CudaEvent.open(session.context()));
            }
            return events;
        } catch (RuntimeException failure) {
            throw Closing.afterFailure(failure, events);
        }
    }

    /** What a training session is to be told. */
    public Ranges ranges() {
        return marks;
    }

    /** Forgets what was measured so far. */
    public void reset() {
        collectAll();
        Arrays.fill(nanos, 0);
    }

    /** Nanoseconds on the device since the last reset, all iterations together; waits for the last one. */
    public Map<Stage, Double> nanos() {
        collectAll();
        Map<Stage, Double> byStage = new EnumMap<>(Stage.class);
        for (Stage stage : STAGES) {
            byStage.put(stage, nanos[stage.ordinal()]);
        }
        return byStage;
    }

    private void collectAll() {
        for (int stage = 0; stage < STAGES.length; stage++) {
            collect(stage);
        }
    }

    private void collect(int stage) {
        if (pending[stage]) {
            pending[stage] = false;
            ends.get(stage).synchronize();
            nanos[stage] += ends.get(stage).nanosSince(starts.get(stage));
        }
    }

    private final class Marks implements Ranges {

        /** Stages that are open; empty for other stretches, which nobody times here. */
        private final Deque<Optional<Stage>> open = new ArrayDeque<>();

        @Override
        public void open(String name) {
            Optional<Stage> stage =
                    Arrays.stream(STAGES).filter(one -> one.word().equals(name)).findFirst();
            stage.ifPresent(one -> {
                collect(one.ordinal());
                starts.get(one.ordinal()).record(stream);
            });
            open.push(stage);
        }

        @Override
        public void close() {
            open.pop().ifPresent(stage -> {
                ends.get(stage.ordinal()).record(stream);
                pending[stage.ordinal()] = true;
            });
        }
    }

    @Override
    public void close() {
        List<CudaEvent> all = new ArrayList<>(starts);
        all.addAll(ends);
        starts.clear();
        ends.clear();
        Closing.all(all);
    }
}
