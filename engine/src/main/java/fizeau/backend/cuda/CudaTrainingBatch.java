// SPDX-License-Identifier: Apache-2.0
package fizeau.backend.cuda;

import fizeau.backend.Closing;
import fizeau.backend.Inputs;
import fizeau.backend.Plan;
import fizeau.backend.Ranges;
import fizeau.backend.SessionReport;
import fizeau.backend.Switches;
import fizeau.backend.TrainingBatch;
import fizeau.backend.TrainingSpec;
import fizeau.backend.cuda.raw.CudaEvent;
import fizeau.backend.cuda.raw.CudaStream;
import fizeau.backend.cuda.raw.MemoryAccount;
import fizeau.optics.PixelPosition;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;

/**
 * Sessions that share a device, each in a stream of its own. Iterations of all members are one graph, in which every member is
 * a branch: nothing waits for another member between the graph's beginning and its end. Launched one by one, the members take
 * turns. Every member runs the very kernels that it runs alone, so that its losses are the same to the bit.
 *
 * <p>Owns sessions, streams and events; borrows the device's session, on whose thread it is used.
 */
final class CudaTrainingBatch implements TrainingBatch {

    private final CudaStream lead;
    private final MemoryAccount.Watch memory;
    private final List<CudaStream> streams = new ArrayList<>();
    private final List<CudaTrainingSession> members = new ArrayList<>();
    private final List<CudaEvent> reached = new ArrayList<>();
    private CudaEvent begun;
    private IterationGraphs graphs;

    CudaTrainingBatch(
            TrainingSpec spec, Switches switches, Optional<Plan> plan, List<Member> wanted, CudaSession session) {
        this.lead = session.stream();
        this.memory = session.context().account().watch();
        try {
            begun = CudaEvent.open(session.context());
            for (Member member : wanted) {
                CudaStream stream = CudaStream.open(session.context());
                streams.add(stream);
                reached.add(CudaEvent.open(session.context()));
                members.add(new CudaTrainingSession(
                        spec,
                        switches,
                        plan,
                        member.object(),
                        member.initialParameters(),
                        session.in(stream),
                        Ranges.NONE));
            }
        } catch (RuntimeException failure) {
            throw Closing.afterFailure(failure, this);
        }
    }

    @Override
    public int size() {
        return members.size();
    }

    @Override
    public void beginSample(PixelPosition centre) {
        List<CudaTrainingSession> started = new ArrayList<>();
        try {
            for (CudaTrainingSession member : members) {
                member.beginSample(centre);
                started.add(member);
            }
        } catch (RuntimeException failure) {
            started.forEach(CudaTrainingSession::abandonSample);
            throw failure;
        }
        graphs = new IterationGraphs(lead, this::queueTogether);
    }

    @Override
    public void iterate(int iterations, float[][] losses) {
        Inputs.requireLosses(size(), iterations, losses);
        members.forEach(CudaTrainingSession::requireSample);
        CudaTrainingSession first = members.get(0);
        int done = 0;
        while (done < iterations) {
            int count = first.nextRun(iterations - done);
            boolean replayed = first.replaysNext();
            if (replayed) {
                graphs.prepare(count);
            }
            members.forEach(CudaTrainingSession::startRun);
            if (replayed) {
                gather();
                graphs.queue(count);
                release();
            } else {
                queueInTurns(count);
            }
            for (int member = 0; member < size(); member++) {
                members.get(member).endRun(count, losses[member], done);
            }
            done += count;
        }
        members.forEach(CudaTrainingSession::finishLosses);
    }

    /** What is queued in the lead from now on waits for all members. */
    private void gather() {
        for (int member = 0; member < size(); member++) {
            reached.get(member).record(streams.get(member));
            lead.waitFor(reached.get(member));
        }
    }

    /** What members queue from now on waits for the lead. */
    private void release() {
        begun.record(lead);
        streams.forEach(stream -> stream.waitFor(begun));
    }

    /** In a capture: from the lead to as many branches and back. */
    private void queueTogether(int iterations) {
        release();
        queueInTurns(iterations);
        gather();
    }

    private void queueInTurns(int iterations) {
        for (int i = 0; i < iterations; i++) {
            members.forEach(CudaTrainingSession::queueIteration);
        }
    }

    @Override
    public void endSample() {
        members.forEach(CudaTrainingSession::requireSample);
        graphs.close();
        members.forEach(CudaTrainingSession::endSample);
    }

    @Override
    public float[] estimate(int member) {
        return members.get(member).estimate();
    }

    /** The memory is that of all members together: what they share is nobody's own. */
    @Override
    public SessionReport report(int member) {
        SessionReport own = members.get(member).report();
        return new SessionReport(own.caches(), own.plans(), memory.peakBytes());
    }

    @Override
    public void close() {
        List<AutoCloseable> all = new ArrayList<>();
        if (graphs != null) {
            all.add(graphs);
        }
        Collections.reverse(members);
        all.addAll(members);
        all.addAll(reached);
        if (begun != null) {
            all.add(begun);
        }
        all.addAll(streams);
        all.add(memory);
        graphs = null;
        members.clear();
        reached.clear();
        begun = null;
        streams.clear();
        Closing.all(all);
    }
}
