// SPDX-License-Identifier: Apache-2.0
package fizeau.bench.protocol;

import fizeau.bench.protocol.JobFailure.JobFailedException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import java.util.function.DoubleConsumer;

/** Runs rounds of variants until there are enough, or the time is up. A failed job does not stop the others. */
public final class RoundLoop {

    /** Runs one job: a {@link ChildJvm}, or something in this process for tests. */
    public interface Executor {
        JobReport run(Job job, DoubleConsumer progress);
    }

    /** Makes the job of a variant in a round, counted from 1. */
    public interface JobFactory {
        Job job(String variant, int round);
    }

    /**
     * What came of it.
     *
     * @param reports in the order in which they were made
     * @param failures jobs without a report
     * @param rounds rounds that were begun
     * @param remarks why there are fewer or more rounds than asked for; one sentence each
     */
    public record Rounds(List<JobReport> reports, List<JobFailure> failures, int rounds, List<String> remarks) {

        public Rounds {
            reports = List.copyOf(reports);
            failures = List.copyOf(failures);
            remarks = List.copyOf(remarks);
        }
    }

    private final ProtocolSpec spec;
    private final Executor executor;
    private final Progress progress;
    private final Map<String, List<Double>> wallSeconds = new HashMap<>();
    private final Map<String, Double> expectedSeconds = new HashMap<>();

    public RoundLoop(ProtocolSpec spec, Executor executor, Progress progress) {
        this.spec = spec;
        this.executor = executor;
        this.progress = progress;
    }

    /** Tells how long a job of a variant may take, for the time left until it has run once. */
    public void expect(String variant, double seconds) {
        expectedSeconds.put(variant, seconds);
    }

    /** @param keep receives each report as soon as it is there, to be written down */
    public Rounds run(List<String> variants, JobFactory jobs, Consumer<JobReport> keep) {
        Schedule schedule = new Schedule(variants, spec.seed());
        List<JobReport> reports = new ArrayList<>();
        List<JobFailure> failures = new ArrayList<>();
        List<String> remarks = new ArrayList<>();
        int round = 0;
        while (wantsAnother(round, variants, reports)) {
            if (round > 0 && wouldOverrun(variants)) {
                remarks.add("stopped after " + round + " of " + spec.rounds()
                        + " rounds because the next would end after --max-seconds " + spec.maxSeconds());
                break;
            }
            round++;
            List<String> order = schedule.nextRound();
            for (int i = 0; i < order.size(); i++) {
                String variant = order.get(i);
                String what = "round " + round + " of " + Math.max(round, spec.rounds()) + ": " + variant;
                double left = secondsLeft(variants, order.subList(i, order.size()), round);
                progress.step(what, left);
                long began = System.nanoTime();
                try {
                    JobReport report = executor.run(
                            jobs.job(variant, round),
                            share -> progress.part(what, share, left - (System.nanoTime() - began) * 1e-9));
                    reports.add(report);
                    keep.accept(report);
                } catch (JobFailedException failed) {
                    failures.add(failed.failure());
                    progress.note(failed.failure().reason());
                    if (failed.failure().badInput()) {
                        throw new IllegalArgumentException(failed.failure().reason(), failed);
                    }
                }
                wallSeconds.computeIfAbsent(variant, name -> new ArrayList<>()).add((System.nanoTime() - began) * 1e-9);
            }
        }
        progress.done();
        if (round > spec.rounds()) {
            remarks.add((round - spec.rounds()) + " rounds were added to reach --min-time " + spec.minTimeSeconds());
        }
        return new Rounds(reports, failures, round, remarks);
    }

    private boolean wantsAnother(int done, List<String> variants, List<JobReport> reports) {
        if (done < spec.rounds()) {
            return true;
        }
        if (spec.minTimeSeconds() == 0 || done >= ProtocolSpec.MOST_ROUNDS) {
            return false;
        }
        return variants.stream().anyMatch(variant -> {
            double timed = reports.stream()
                    .filter(report -> report.variant().equals(variant))
                    .mapToDouble(report -> report.phases().timed())
                    .sum();
            return timed > 0 && timed < spec.minTimeSeconds(); // a variant that never reports would never reach it
        });
    }

    private boolean wouldOverrun(List<String> variants) {
        double next = variants.stream().mapToDouble(this::expectedSeconds).sum();
        return spec.maxSeconds() > 0 && progress.elapsedSeconds() + next > spec.maxSeconds();
    }

    /** 0, which is not shown, while nothing is known of a variant. */
    private double secondsLeft(List<String> variants, List<String> restOfRound, int round) {
        if (!variants.stream().allMatch(variant -> expectedSeconds(variant) > 0)) {
            return 0;
        }
        double wholeRound = variants.stream().mapToDouble(this::expectedSeconds).sum();
        double rest = restOfRound.stream().mapToDouble(this::expectedSeconds).sum();
        return rest + Math.max(0, spec.rounds() - round) * wholeRound;
    }

    private double expectedSeconds(String variant) {
        return wallSeconds.getOrDefault(variant, List.of()).stream()
                .mapToDouble(Double::doubleValue)
                .average()
                .orElse(expectedSeconds.getOrDefault(variant, 0.0));
    }
}
