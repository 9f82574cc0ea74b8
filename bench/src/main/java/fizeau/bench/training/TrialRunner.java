// SPDX-License-Identifier: Apache-2.0
package fizeau.bench.training;

import fizeau.backend.TrainingSession;
import fizeau.backend.selection.AbsentLibrary;
import fizeau.bench.files.Json;
import fizeau.bench.protocol.Job;
import fizeau.bench.protocol.JobReport;
import fizeau.bench.protocol.JobRunner;
import fizeau.optics.PixelPosition;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.DoubleConsumer;

/** Runs a {@link Trial} in this process. */
public final class TrialRunner implements JobRunner {
    private static final int ITERATIONS_EACH = 3;
    private static final int TUNING_ROUNDS = 3;
    private static final int WARM_UP_ITERATIONS = 2;
    private static final int TIMED_ITERATIONS = 4;

    /** Long enough for the virtual machine to compile a fast variant's loops; a slow one is done after four iterations. */
    private static final double TIMED_SECONDS = 0.5;

    /** Fastest thread setting by provider: variants of one implementation share it. */
    private final Map<String, VariantSpec> fastest = new HashMap<>();

    @Override
    public String family() {
        return Trial.FAMILY;
    }

    @Override
    public JobReport run(Job job, double startSeconds, DoubleConsumer progress) {
        long began = System.nanoTime();
        Trial.Settings settings = Json.value(job.settings(), Trial.Settings.class);
        TrainingInput input = TrainingInput.load(settings.workload(), settings.seed(), Path.of(settings.objectFile()));
        List<Trial.Outcome> outcomes = new ArrayList<>();
        for (VariantSpec variant : settings.variants()) {
            outcomes.add(outcomeOf(variant, settings, input));
            progress.accept((double) outcomes.size() / settings.variants().size());
        }
        float[][] moved = {{}, {}};
        if (settings.moved()) {
            Trial.Outcome reference =
                    outcomeOf(outcomes.get(0).spec(), settings.withoutTuning(), input.movedByRounding());
            moved = new float[][] {reference.firstLosses(), reference.laterLosses()};
        }
        return JobReport.ofWork(job, startSeconds, began, new Trial.Outcomes(outcomes, moved[0], moved[1]));
    }

    /** A variant that throws is out, the others go on. */
    private Trial.Outcome outcomeOf(VariantSpec variant, Trial.Settings settings, TrainingInput input) {
        try {
            return attempt(variant, settings, input);
        } catch (RuntimeException | LinkageError broken) {
            String reason = AbsentLibrary.explain(broken)
                    .orElseGet(() -> broken.getMessage() == null ? broken.toString() : broken.getMessage());
            return new Trial.Outcome(variant.name(), new float[0], new float[0], variant, List.of(), 0, reason);
        }
    }

    private Trial.Outcome attempt(VariantSpec variant, Trial.Settings settings, TrainingInput input) {
        List<Trial.ThreadTrial> trials = new ArrayList<>();
        VariantSpec best = variant;
        if (settings.tuned().contains(variant.name())) {
            VariantSpec known = fastest.get(variant.provider());
            if (known == null) {
                trials.addAll(threadTrials(variant, settings.cores(), input));
                Trial.ThreadTrial winner = trials.stream()
                        .min(Comparator.comparingDouble(Trial.ThreadTrial::millis))
                        .orElseThrow();
                known = variant.withThreads(winner.threads(), winner.blasThreads());
                fastest.put(variant.provider(), known);
            }
            best = variant.withThreads(known.threads(), known.blasThreads());
        }
        try (SessionFactory sessions = Sessions.open(best)) {
            long began = System.nanoTime();
            float[] first = losses(sessions, input, 1, settings.firstSampleLosses());
            double millis = (System.nanoTime() - began) * 1e-6 / settings.firstSampleLosses();
            int samples = Math.min(settings.laterSamples(), input.centres().size());
            float[] later = losses(sessions, input, samples, ITERATIONS_EACH);
            return new Trial.Outcome(variant.name(), first, later, best, trials, millis, null);
        }
    }

    /** Every setting in every round, so that a passing disturbance, or code that is still cold, meets all. */
    private static List<Trial.ThreadTrial> threadTrials(VariantSpec variant, int cores, TrainingInput input) {
        List<VariantSpec> choices = Sessions.providerOf(variant).threadChoices(variant, cores);
        double[] millis = new double[choices.size()];
        Arrays.fill(millis, Double.POSITIVE_INFINITY);
        for (int round = 0; round < TUNING_ROUNDS; round++) {
            for (int i = 0; i < millis.length; i++) {
                millis[i] = Math.min(millis[i], iterationMillis(choices.get(i), input));
            }
        }
        List<Trial.ThreadTrial> trials = new ArrayList<>();
        for (int i = 0; i < millis.length; i++) {
            VariantSpec choice = choices.get(i);
            trials.add(new Trial.ThreadTrial(choice.threads(), choice.blasThreads(), millis[i]));
        }
        return trials;
    }

    private static float[] losses(SessionFactory sessions, TrainingInput input, int samples, int iterations) {
        float[] all = new float[samples * iterations];
        float[] losses = new float[iterations];
        try (TrainingSession session = sessions.openSession(input.spec(), input.object(), input.parameters())) {
            for (int sample = 0; sample < samples; sample++) {
                session.beginSample(input.centres().get(sample));
                session.iterate(iterations, losses);
                session.endSample();
                System.arraycopy(losses, 0, all, sample * iterations, iterations);
            }
        }
        return all;
    }

    private static double iterationMillis(VariantSpec variant, TrainingInput input) {
        double least = Double.POSITIVE_INFINITY;
        float[] losses = new float[WARM_UP_ITERATIONS];
        List<PixelPosition> centres = input.centres();
        try (SessionFactory sessions = Sessions.open(variant);
                TrainingSession session = sessions.openSession(input.spec(), input.object(), input.parameters())) {
            session.beginSample(centres.get(centres.size() - 1));
            session.iterate(1, losses);
            session.endSample();
            session.beginSample(centres.get(0));
            session.iterate(WARM_UP_ITERATIONS, losses);
            long began = System.nanoTime();
            for (int i = 0; i < TIMED_ITERATIONS || (System.nanoTime() - began) * 1e-9 < TIMED_SECONDS; i++) {
                long before = System.nanoTime();
                session.iterate(1, losses);
                least = Math.min(least, (System.nanoTime() - before) * 1e-6);
            }
            session.endSample();
        }
        return least;
    }
}
