// SPDX-License-Identifier: Apache-2.0
package fizeau.backend;

import fizeau.optics.PixelPosition;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;

/** Members one after the other, each with all that the backend has. Owns its sessions. */
final class SequentialBatch implements TrainingBatch {

    private final List<TrainingSession> sessions = new ArrayList<>();

    SequentialBatch(List<Member> members, Function<Member, TrainingSession> open) {
        try {
            members.forEach(member -> sessions.add(open.apply(member)));
        } catch (RuntimeException failure) {
            throw Closing.afterFailure(failure, this);
        }
    }

    @Override
    public int size() {
        return sessions.size();
    }

    @Override
    public void beginSample(PixelPosition centre) {
        sessions.forEach(session -> session.beginSample(centre));
    }

    @Override
    public void iterate(int iterations, float[][] losses) {
        Inputs.requireLosses(size(), iterations, losses);
        for (int member = 0; member < size(); member++) {
            sessions.get(member).iterate(iterations, losses[member]);
        }
    }

    @Override
    public void endSample() {
        sessions.forEach(TrainingSession::endSample);
    }

    @Override
    public float[] estimate(int member) {
        return sessions.get(member).estimate();
    }

    @Override
    public SessionReport report(int member) {
        return sessions.get(member).report();
    }

    @Override
    public void close() {
        List<TrainingSession> all = List.copyOf(sessions);
        sessions.clear();
        Closing.all(all);
    }
}
