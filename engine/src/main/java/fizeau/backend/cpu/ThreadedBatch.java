// SPDX-License-Identifier: Apache-2.0
package fizeau.backend.cpu;

import fizeau.backend.Closing;
import fizeau.backend.Inputs;
import fizeau.backend.SessionReport;
import fizeau.backend.TrainingBatch;
import fizeau.backend.TrainingSession;
import fizeau.optics.PixelPosition;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.function.Consumer;
import java.util.function.Function;

/**
 * Members side by side, each on one thread from its opening to its end: no iteration waits for another thread inside itself.
 * Owns threads and sessions.
 */
final class ThreadedBatch implements TrainingBatch {

    private final List<ExecutorService> workers = new ArrayList<>();
    private final List<TrainingSession> sessions = new ArrayList<>();

    /** @param open opens a session of one thread; called on the thread that the session stays on */
    ThreadedBatch(List<Member> members, int threads, Function<Member, TrainingSession> open) {
        int count = Math.min(threads, members.size());
        for (int worker = 0; worker < count; worker++) {
            String name = "fizeau-batch-" + worker;
            workers.add(Executors.newSingleThreadExecutor(work -> {
                Thread thread = new Thread(work, name);
                thread.setDaemon(true);
                return thread;
            }));
        }
        try {
            for (int member = 0; member < members.size(); member++) {
                Member wanted = members.get(member);
                sessions.add(on(member, () -> open.apply(wanted)));
            }
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
        all(session -> session.beginSample(centre));
    }

    @Override
    public void iterate(int iterations, float[][] losses) {
        Inputs.requireLosses(size(), iterations, losses);
        List<Callable<Void>> works = new ArrayList<>();
        for (int member = 0; member < size(); member++) {
            TrainingSession session = sessions.get(member);
            float[] own = losses[member];
            works.add(() -> {
                session.iterate(iterations, own);
                return null;
            });
        }
        run(works);
    }

    @Override
    public void endSample() {
        all(TrainingSession::endSample);
    }

    @Override
    public float[] estimate(int member) {
        return on(member, () -> sessions.get(member).estimate());
    }

    @Override
    public SessionReport report(int member) {
        return on(member, () -> sessions.get(member).report());
    }

    @Override
    public void close() {
        try {
            all(TrainingSession::close);
        } finally {
            sessions.clear();
            workers.forEach(ExecutorService::shutdown);
            workers.clear();
        }
    }

    private void all(Consumer<TrainingSession> step) {
        List<Callable<Void>> works = new ArrayList<>();
        for (TrainingSession session : sessions) {
            works.add(() -> {
                step.accept(session);
                return null;
            });
        }
        run(works);
    }

    /** One piece of work for each member, in the order of the members; all run, the first failure is thrown. */
    private void run(List<Callable<Void>> works) {
        List<Future<Void>> running = new ArrayList<>();
        for (int member = 0; member < works.size(); member++) {
            running.add(workerOf(member).submit(works.get(member)));
        }
        RuntimeException first = null;
        for (Future<Void> one : running) {
            try {
                result(one);
            } catch (RuntimeException failure) {
                if (first == null) {
                    first = failure;
                } else {
                    first.addSuppressed(failure);
                }
            }
        }
        if (first != null) {
            throw first;
        }
    }

    private <T> T on(int member, Callable<T> work) {
        return result(workerOf(member).submit(work));
    }

    private ExecutorService workerOf(int member) {
        return workers.get(member % workers.size());
    }

    private static <T> T result(Future<T> running) {
        try {
            return running.get();
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted while members of a batch were running", interrupted);
        } catch (ExecutionException failed) {
            if (failed.getCause() instanceof RuntimeException known) {
                throw known;
            }
            throw new IllegalStateException(failed.getCause());
        }
    }
}
