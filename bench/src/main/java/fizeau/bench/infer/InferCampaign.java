// SPDX-License-Identifier: Apache-2.0
package fizeau.bench.infer;

import fizeau.bench.environment.ChildProcess;
import fizeau.bench.files.Json;
import fizeau.bench.files.RunFolder;
import fizeau.bench.files.TemporaryFolder;
import fizeau.bench.protocol.ChildJvm;
import fizeau.bench.protocol.Job;
import fizeau.bench.protocol.JobFailure;
import fizeau.bench.protocol.JobFailure.JobFailedException;
import fizeau.bench.protocol.JobReport;
import fizeau.bench.protocol.Progress;
import fizeau.bench.protocol.ProtocolSpec;
import fizeau.bench.protocol.RoundLoop;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;

/**
 * Runs models at batch sizes: weights and pictures go to files, the right answer is computed once in double precision, then
 * all frameworks take turns in rounds of fresh processes. What fails becomes a row that says so; the others go on.
 */
public final class InferCampaign {
    /** How reasons begin when a batch did not fit. */
    static final String OUT_OF_MEMORY = "out of memory: ";

    /** Pictures in the files; larger batches repeat them. Double precision takes a second or so for each. */
    private static final int PICTURES = 8;

    /** Files that are decoded in calls timed end to end: more than fit a cache of decoded pictures, if there were one. */
    private static final int FILES = 256;

    private static final long SEED = 1;

    /** Exit code of a process that the system ended, which it does when memory runs out. */
    private static final String KILLED = "exit code 137";

    /** What came of it. */
    public record Result(List<InferRow> rows, List<JobFailure> failures, List<String> remarks) {}

    /** Makes the time of every row known as soon as it is there. */
    public interface Listener {
        void batch(ImageModel model, int batchSize, List<InferRow> rows);
    }

    /** Files of one model. */
    private record Files(Path weights, Path input, Path expected, List<String> images) {}

    private final InferSettings settings;
    private final Map<Framework, String> unavailable;
    private final RunFolder folder;
    private final RoundLoop.Executor executor;
    private final Progress progress;
    private final Listener listener;
    private final List<JobFailure> failures = new ArrayList<>();
    private final List<String> remarks = new ArrayList<>();

    /**
     * @param unavailable frameworks that cannot run here, with the reason
     * @param executor runs a job of either kind of process
     */
    public InferCampaign(
            InferSettings settings,
            Map<Framework, String> unavailable,
            RunFolder folder,
            RoundLoop.Executor executor,
            Progress progress,
            Listener listener) {
        this.settings = settings;
        this.unavailable = Map.copyOf(unavailable);
        this.folder = folder;
        this.executor = executor;
        this.progress = progress;
        this.listener = listener;
    }

    /** Runs everything; needs room for the weights of one model in the folder for temporary files. */
    public Result run() {
        List<InferRow> rows = new ArrayList<>();
        for (ImageModel model : settings.models()) {
            try (TemporaryFolder files = TemporaryFolder.create("fizeau-infer-")) {
                rows.addAll(model(model, files.path()));
            }
        }
        return new Result(rows, failures, remarks);
    }

    private List<InferRow> model(ImageModel model, Path place) {
        progress.step(model.word() + ": weights, pictures and the right answer", 0);
        Files files = files(model, place);
        Map<Framework, String> left = new HashMap<>(); // those that no larger batch can be asked of
        List<InferRow> rows = new ArrayList<>();
        try {
            answer(model, files);
        } catch (JobFailedException failed) { // without the right answer nothing is timed; other models can be
            failures.add(failed.failure());
            for (int batch : settings.batchSizes()) {
                List<InferRow> some = unanswered(model, batch, failed.failure().reason());
                listener.batch(model, batch, some);
                rows.addAll(some);
            }
            return rows;
        }
        for (int batch : settings.batchSizes()) {
            List<InferRow> some = batch(model, batch, files, left);
            some.stream()
                    .filter(InferRow::failed)
                    .forEach(row -> hopeless(row.reason())
                            .ifPresent(what -> left.putIfAbsent(
                                    Framework.named(row.framework()),
                                    "left out because batch " + batch + " " + what + " already")));
            listener.batch(model, batch, some);
            rows.addAll(some);
        }
        return rows;
    }

    /** What is wrong with a batch such that larger ones need not be tried. */
    private static Optional<String> hopeless(String reason) {
        if (reason.startsWith(OUT_OF_MEMORY)) {
            return Optional.of("was out of memory");
        }
        boolean hung = reason.contains(ChildProcess.NO_ANSWER) || reason.contains(ChildJvm.NO_END);
        return hung ? Optional.of("gave no answer in time") : Optional.empty();
    }

    private List<InferRow> unanswered(ImageModel model, int batch, String reason) {
        return settings.frameworks().stream()
                .map(framework -> unavailable.containsKey(framework)
                        ? InferRow.without(model, framework, batch, InferRow.UNAVAILABLE, unavailable.get(framework))
                        : InferRow.without(
                                model,
                                framework,
                                batch,
                                InferRow.FAILED,
                                "the right answer to compare with could not be computed: " + readable(reason)))
                .toList();
    }

    private Files files(ImageModel model, Path place) {
        int largest = settings.batchSizes().get(settings.batchSizes().size() - 1);
        int count = Math.min(PICTURES, largest);
        Network network = model.network(count);
        Path weights = place.resolve("weights.safetensors");
        Path input = place.resolve("input.safetensors");
        if (settings.checkpoint() == null) {
            TensorFile.write(weights, network.weights(SEED));
        } else {
            Checkpoint checkpoint = Checkpoint.open(settings.checkpoint(), model);
            checkpoint.copy(weights);
            remarks.add(checkpoint.remark());
        }
        float[] pictures;
        List<String> images = List.of();
        if (settings.synthetic()) {
            pictures = Pictures.synthetic(count, network.edge(), settings.legacyScale());
        } else {
            ImageFolder source = ImageFolder.open(Path.of(settings.dataSource()), Math.max(FILES, largest));
            source.remarks().stream()
                    .filter(remark -> !remarks.contains(remark))
                    .forEach(remarks::add);
            images = source.files().stream().map(Path::toString).toList();
            pictures = source.read(0, count, network.edge());
        }
        TensorFile.write(input, InferJob.INPUT, network.parameters(0).get(0).dims(), pictures);
        return new Files(weights, input, place.resolve("expected.safetensors"), images);
    }

    private void answer(ImageModel model, Files files) {
        int count = Math.toIntExact(
                TensorFile.open(files.input()).dims(InferJob.INPUT).get(0));
        InferJob job = job(model, Framework.LIBTORCH, count, files, 1, 0, 0, false);
        executor.run(new Job(InferJob.REFERENCE, model.word() + " reference", 0, Json.tree(job)), share -> {});
    }

    /** What libtorch cannot run, or has no memory for, is told by its own rows: any threads do for them. */
    private PoolThreads libtorchThreads(ImageModel model, int batch, Files files) {
        InferJob job = job(model, Framework.LIBTORCH, batch, files, 1, 0, 0, false);
        String name = model.word() + " threads";
        try {
            JobReport report = executor.run(new Job(InferJob.THREADS, name, 0, Json.tree(job)), share -> {});
            return Json.value(report.outcome(), PoolThreads.class);
        } catch (JobFailedException impossible) {
            return new PoolThreads(settings.threads(), 1);
        }
    }

    private List<InferRow> batch(ImageModel model, int batch, Files files, Map<Framework, String> left) {
        List<Framework> running = settings.frameworks().stream()
                .filter(framework -> !unavailable.containsKey(framework) && !left.containsKey(framework))
                .toList();
        InferRows made = new InferRows(model, batch, settings.protocol(), Framework.reference(settings.device()));
        Map<Framework, JobFailure> broken = new HashMap<>();
        if (!running.isEmpty()) {
            rounds(model, batch, files, running, made, broken);
        }
        List<InferRow> rows = new ArrayList<>();
        for (Framework framework : settings.frameworks()) {
            if (running.contains(framework)) {
                rows.add(made.row(framework).orElseGet(() -> broken(model, framework, batch, broken)));
            } else {
                String reason = left.getOrDefault(framework, unavailable.get(framework));
                rows.add(InferRow.without(model, framework, batch, InferRow.UNAVAILABLE, reason));
            }
        }
        return rows;
    }

    private static InferRow broken(
            ImageModel model, Framework framework, int batch, Map<Framework, JobFailure> broken) {
        return InferRow.without(
                model,
                framework,
                batch,
                InferRow.FAILED,
                readable(broken.get(framework).reason()));
    }

    private static String readable(String reason) {
        return reason.contains(KILLED) ? OUT_OF_MEMORY + "the system ended its process (" + reason + ")" : reason;
    }

    /** Those that compile for long take part in the first rounds only. */
    private void rounds(
            ImageModel model,
            int batch,
            Files files,
            List<Framework> running,
            InferRows made,
            Map<Framework, JobFailure> broken) {
        List<Framework> quick =
                running.stream().filter(framework -> !framework.compiles()).toList();
        int rounds = settings.protocol().rounds();
        int first = quick.size() == running.size() ? rounds : Math.min(rounds, settings.compiledRounds());
        Set<String> given = new HashSet<>();
        RoundLoop.Executor once = (job, share) -> {
            if (given.contains(job.variant())) { // hanging for every round would help nobody
                throw new JobFailedException(new JobFailure(
                        job.variant(), job.round(), job.variant() + " was left out after its failure", false));
            }
            try {
                JobReport report = executor.run(job, share);
                if (!Json.value(report.outcome(), InferOutcome.class).right()) {
                    given.add(job.variant());
                }
                return report;
            } catch (JobFailedException failed) {
                given.add(job.variant());
                broken.put(Framework.named(job.variant()), failed.failure());
                failures.add(failed.failure());
                throw failed;
            }
        };
        PoolThreads threads = running.contains(Framework.LIBTORCH)
                ? libtorchThreads(model, batch, files)
                : new PoolThreads(settings.threads(), 1);
        Turn turn = new Turn(model, batch, files, threads, running.size(), made);
        turns(turn, running, 0, first, once);
        if (first < rounds && !quick.isEmpty()) {
            turns(turn, quick, first, rounds - first, once);
        }
    }

    /** What does not change between the rounds of a case. */
    private record Turn(ImageModel model, int batch, Files files, PoolThreads libtorch, int sharing, InferRows made) {}

    private void turns(Turn turn, List<Framework> frameworks, int done, int rounds, RoundLoop.Executor once) {
        ProtocolSpec all = settings.protocol();
        ProtocolSpec some =
                new ProtocolSpec(rounds, 0, 0, all.seed() + done, all.level(), all.stealLimit(), all.warmUp());
        double seconds = settings.maxSeconds() / (all.rounds() * turn.sharing());
        RoundLoop.JobFactory jobs = (word, round) -> {
            Framework framework = Framework.named(word);
            int blas = framework == Framework.LIBTORCH ? turn.libtorch().openBlas() : 1;
            boolean profile = settings.profile() && !framework.peer() && done + round == 1;
            InferJob job = job(
                    turn.model(), framework, turn.batch(), turn.files(), blas, settings.iterations(), seconds, profile);
            if (framework == Framework.LIBTORCH) {
                job = job.withThreads(turn.libtorch().openMp());
            }
            return new Job(InferJob.FAMILY, word, done + round, Json.tree(job));
        };
        Consumer<JobReport> keep = report -> {
            turn.made().add(Framework.named(report.variant()), report.round(), report);
            folder.writeJson(
                    String.format(
                            Locale.ROOT,
                            "rounds/%03d-%s-%d-%s.json",
                            report.round(),
                            turn.model().word(),
                            turn.batch(),
                            report.variant()),
                    report);
        };
        progress.step(turn.model().word() + ", batch " + turn.batch(), 0);
        List<String> words = frameworks.stream().map(Framework::word).toList();
        new RoundLoop(some, once, progress).run(words, jobs, keep);
    }

    private InferJob job(
            ImageModel model,
            Framework framework,
            int batch,
            Files files,
            int openBlas,
            int iterations,
            double seconds,
            boolean profile) {
        return new InferJob(
                model.word(),
                framework.word(),
                batch,
                settings.format().word(),
                settings.device(),
                settings.threads(),
                openBlas,
                files.weights().toString(),
                files.input().toString(),
                files.expected().toString(),
                settings.warmUps(),
                iterations,
                seconds,
                settings.protocol().stealLimit(),
                files.images(),
                profile);
    }
}
