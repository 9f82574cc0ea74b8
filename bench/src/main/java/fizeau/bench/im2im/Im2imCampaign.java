// SPDX-License-Identifier: Apache-2.0
package fizeau.bench.im2im;

import fizeau.bench.files.Json;
import fizeau.bench.files.RunFolder;
import fizeau.bench.im2im.Im2imPlan.Planned;
import fizeau.bench.protocol.Interference;
import fizeau.bench.protocol.Job;
import fizeau.bench.protocol.JobFailure;
import fizeau.bench.protocol.JobFailure.JobFailedException;
import fizeau.bench.protocol.JobReport;
import fizeau.bench.protocol.Progress;
import fizeau.bench.protocol.ProtocolSpec;
import fizeau.bench.protocol.RoundLoop;
import fizeau.bench.stats.Bootstrap;
import fizeau.bench.stats.Interval;
import fizeau.bench.stats.Judgement;
import fizeau.bench.stats.Ratio;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.DoubleConsumer;
import java.util.function.Supplier;

/**
 * Runs the rows of a table: revisions are built first, then rounds of all rows, interleaved, a fresh process each, the
 * revisions' own code in theirs.
 */
public final class Im2imCampaign {

    /** Largest relative difference of losses or outputs that rounding explains. */
    public static final double TOLERANCE = 1e-3;

    /** The same for bfloat16, which keeps eight binary digits. */
    public static final double COARSE_TOLERANCE = 0.05;

    private static final int COMPARED_LOSSES = 30;

    /** Makes what runs jobs with the code of a class path; null for the running code's. */
    public interface Processes {
        RoundLoop.Executor with(String classPath);
    }

    /**
     * What is to be done.
     *
     * @param skipFailed whether the others go on when a row fails
     * @param reference branch of the rows that others are compared with; null for {@code baseline}, or else the first
     * @param running the code that computes presets
     */
    public record Plan(
            Im2imMode mode,
            List<Planned> rows,
            ProtocolSpec protocol,
            int threads,
            boolean skipFailed,
            String reference,
            Supplier<Repository> repository,
            RevisionBuild.Recipe recipe,
            GitInfo running) {}

    /** What came of it. */
    public record Result(
            List<Im2imRow> rows,
            List<ConvolutionProbe> probes,
            List<Im2imTarget> targets,
            List<String> wrong,
            List<String> remarks) {}

    /** Ends the rounds. */
    private static final class Stopped extends RuntimeException {
        Stopped(Throwable cause) {
            super(cause);
        }
    }

    private final Plan plan;
    private final RunFolder folder;
    private final Processes processes;
    private final Progress progress;
    private final Map<String, String> errors = new LinkedHashMap<>();
    private final Map<String, String> started = new HashMap<>();
    private final Map<String, RevisionBuild> builds = new LinkedHashMap<>();
    private final Map<String, Map<Integer, Im2imRow.Run>> runs = new HashMap<>();
    private final List<String> wrong = new ArrayList<>();
    private final List<String> remarks = new ArrayList<>();

    public Im2imCampaign(Plan plan, RunFolder folder, Processes processes, Progress progress) {
        this.plan = plan;
        this.folder = folder;
        this.processes = processes;
        this.progress = progress;
    }

    /** Runs everything. A row that fails stops the others unless it is to be skipped; what was measured is kept. */
    public Result run() {
        plan.rows().stream().filter(row -> row.trouble() != null).forEach(row -> fail(row.label(), row.trouble()));
        try {
            List<Planned> built = plan.rows().stream().filter(this::build).toList();
            if (!built.isEmpty() && (errors.isEmpty() || plan.skipFailed())) {
                rounds(built);
            }
            List<Im2imRow> rows = new ArrayList<>();
            for (Planned row : plan.rows()) {
                rows.add(result(row));
            }
            Map<ConvolutionProbe.Work, ConvolutionProbe> probes = probes(rows);
            rows.replaceAll(row -> floored(row, probes));
            return new Result(rows, List.copyOf(probes.values()), Im2imTarget.of(plan.mode(), rows), wrong, remarks);
        } finally {
            builds.values().forEach(RevisionBuild::close);
        }
    }

    private void fail(String label, String reason) {
        errors.putIfAbsent(label, reason);
        progress.note(label + ": " + reason);
    }

    /** Whether the row can run; builds its revision if it has one and no other row did. */
    private boolean build(Planned row) {
        if (row.trouble() != null || (!errors.isEmpty() && !plan.skipFailed())) {
            return false;
        }
        if (row.revision() == null) {
            return true;
        }
        String commit = row.revision().commit();
        if (builds.containsKey(commit)) {
            return true;
        }
        progress.step("building " + row.revision().name(), 0);
        String log = "builds/" + commit.substring(0, 12) + ".log";
        Path file = folder.resolve(log);
        try {
            builds.put(commit, RevisionBuild.of(plan.repository().get(), row.revision(), plan.recipe(), file));
            return true;
        } catch (IllegalArgumentException failed) {
            fail(row.label(), failed.getMessage());
            return false;
        } finally {
            folder.add(log);
        }
    }

    private void rounds(List<Planned> rows) {
        Map<String, Planned> byLabel = new LinkedHashMap<>();
        rows.forEach(row -> byLabel.put(row.label(), row));
        RoundLoop loop = new RoundLoop(
                plan.protocol(), (job, share) -> execute(byLabel.get(job.variant()), job, share), progress);
        try {
            RoundLoop.Rounds made = loop.run(
                    List.copyOf(byLabel.keySet()),
                    (label, round) -> new Job(Im2imJob.FAMILY, label, round, Json.tree(job(byLabel.get(label), round))),
                    report -> keep(byLabel.get(report.variant()), report));
            remarks.addAll(made.remarks());
        } catch (Stopped stopped) {
            progress.done();
        }
    }

    private JobReport execute(Planned row, Job job, DoubleConsumer share) {
        if (errors.containsKey(row.label())) {
            throw new JobFailedException(
                    new JobFailure(row.label(), job.round(), row.label() + " failed before and is left out", false));
        }
        started.putIfAbsent(row.label(), Instant.now().toString());
        try {
            return processes
                    .with(
                            row.revision() == null
                                    ? null
                                    : builds.get(row.revision().commit()).classPath())
                    .run(job, share);
        } catch (JobFailedException failed) {
            errors.putIfAbsent(row.label(), failed.failure().reason());
            if (!plan.skipFailed()) {
                progress.note(row.label() + ": " + failed.failure().reason());
                throw new Stopped(failed);
            }
            JobFailure failure = failed.failure(); // bad input of one row is no reason to refuse the others
            throw new JobFailedException(new JobFailure(failure.variant(), failure.round(), failure.reason(), false));
        }
    }

    private Im2imJob job(Planned row, int round) {
        String saveTo = plan.mode() == Im2imMode.TRAIN && round == 1
                ? folder.resolve(checkpoint(row)).toAbsolutePath().toString()
                : null;
        return new Im2imJob(
                plan.mode().word(),
                row.experiment(),
                row.settings(),
                row.checkpoint(),
                saveTo,
                plan.threads(),
                plan.protocol().warmUp(),
                plan.protocol().stealLimit());
    }

    private static String checkpoint(Planned row) {
        return "checkpoints/" + fileName(row) + ".npy";
    }

    private static String fileName(Planned row) {
        return row.label().replaceAll("[^A-Za-z0-9+]+", "-");
    }

    private void keep(Planned row, JobReport report) {
        String name = String.format(Locale.ROOT, "rounds/%03d-%s.json", report.round(), fileName(row));
        folder.writeJson(name, report);
        if (Files.exists(folder.path().resolve(checkpoint(row)))) {
            folder.add(checkpoint(row));
        }
        runs.computeIfAbsent(row.label(), label -> new TreeMap<>())
                .put(
                        report.round(),
                        new Im2imRow.Run(
                                report.round(),
                                report.phases(),
                                report.memory(),
                                report.interference(),
                                Json.value(report.outcome(), Im2imOutcome.class)));
    }

    private Im2imRow result(Planned row) {
        List<Im2imRow.Run> own =
                List.copyOf(runs.getOrDefault(row.label(), Map.of()).values());
        String error = errors.get(row.label());
        if (error == null && own.isEmpty()) {
            error = "not run: an earlier row failed, and --skip-failed was not given";
        }
        Bootstrap bootstrap =
                new Bootstrap(plan.protocol().level(), plan.protocol().seed());
        Interval seconds = own.isEmpty() ? null : bootstrap.median(times(row.label()));
        Optional<Planned> reference = own.isEmpty() ? Optional.empty() : reference(row);
        Double difference =
                reference.map(to -> difference(to.label(), row.label())).orElse(null);
        Interval ratio = null;
        boolean coarse = reference.isPresent()
                && !row.settings()
                        .text(SettingKey.PRECISION)
                        .equals(reference.get().settings().text(SettingKey.PRECISION));
        double tolerance = coarse ? COARSE_TOLERANCE : TOLERANCE;
        if (reference.isPresent() && !(difference <= tolerance)) {
            wrong.add(String.format(
                    Locale.ROOT,
                    "%s: results differ from those of %s by %.1e, %.0e is allowed; it gets no speedup",
                    row.label(),
                    reference.get().label(),
                    difference,
                    tolerance));
        } else if (reference.isPresent()) {
            ratio = bootstrap.ratioOfMedians(
                    common(reference.get().label(), row.label()),
                    common(row.label(), reference.get().label()));
        }
        return new Im2imRow(
                row.label(),
                row.line(),
                row.task() == null ? "" : row.task().branch(),
                row.experiment() == null ? "" : row.experiment().word(),
                row.task(),
                row.settings(),
                row.settings() == null
                        ? List.of()
                        : Im2imSwitch.words(row.settings().switches()),
                own.isEmpty() ? "unavailable" : "measured",
                error,
                git(row),
                started.get(row.label()),
                own,
                seconds,
                reference.map(Planned::label).orElse(null),
                Json.finite(difference == null ? Double.NaN : difference),
                ratio == null ? null : Ratio.of(ratio),
                ratio == null ? null : judge(ratio, reference.get().label(), row.label()),
                null);
    }

    /** After all rounds: the convolutions of every work that a preset did, each work in a process of its own. */
    private Map<ConvolutionProbe.Work, ConvolutionProbe> probes(List<Im2imRow> rows) {
        Map<ConvolutionProbe.Work, ConvolutionProbe> probes = new LinkedHashMap<>();
        for (int i = 0; i < rows.size(); i++) {
            Im2imRow row = rows.get(i);
            boolean other = plan.rows().get(i).revision() != null || !onProcessor(row);
            if (!row.measured() || row.error() != null || other) {
                continue;
            }
            ConvolutionProbe.Work work = work(row);
            if (!probes.containsKey(work)) {
                progress.step("convolutions alone", 0);
                Job job = new Job(ConvolutionProbe.FAMILY, "convolutions", 0, Json.tree(work));
                try {
                    JobReport report = processes.with(null).run(job, share -> {});
                    probes.put(work, Json.value(report.outcome(), ConvolutionProbe.class));
                } catch (JobFailedException failed) {
                    remarks.add("there is no floor: " + failed.failure().reason());
                    return probes;
                }
            }
        }
        return probes;
    }

    /** Convolutions are measured alone on the processor only. */
    private static boolean onProcessor(Im2imRow row) {
        return row.settings() != null && row.settings().accelerator() == Accelerator.CPU;
    }

    private ConvolutionProbe.Work work(Im2imRow row) {
        return ConvolutionProbe.Work.of(plan.mode(), row.settings(), plan.threads());
    }

    private Im2imRow floored(Im2imRow row, Map<ConvolutionProbe.Work, ConvolutionProbe> probes) {
        ConvolutionProbe probe = row.measured() && onProcessor(row) ? probes.get(work(row)) : null;
        return probe == null ? row : row.on(Im2imFloor.of(plan.mode(), row, probe));
    }

    private GitInfo git(Planned row) {
        if (row.task() == null) {
            return null;
        }
        Repository.Revision revision = row.revision();
        GitInfo running = plan.running();
        if (revision == null) {
            return new GitInfo(row.task().branch(), running.commitHash(), running.commitDate(), running.dirty(), null);
        }
        RevisionBuild build = builds.get(revision.commit());
        return new GitInfo(
                revision.name(), revision.commit(), revision.date(), false, build == null ? null : build.digest());
    }

    /** The row that another is compared with: of the same work, on the wanted branch, with runs in the same rounds. */
    private Optional<Planned> reference(Planned row) {
        List<Planned> same = plan.rows().stream()
                .filter(other -> other.doesTheWorkOf(row) && runs.containsKey(other.label()))
                .toList();
        String wanted = plan.reference() == null ? "baseline" : plan.reference();
        Optional<Planned> named = same.stream()
                .filter(other -> other.task().branch().equals(wanted))
                .findFirst();
        return named.or(() -> plan.reference() == null ? same.stream().findFirst() : Optional.empty())
                .filter(other -> other != row)
                .filter(other -> common(other.label(), row.label()).length > 0);
    }

    private double[] times(String label) {
        return runs.getOrDefault(label, Map.of()).values().stream()
                .mapToDouble(Im2imRow.Run::timed)
                .toArray();
    }

    private double[] common(String of, String with) {
        Map<Integer, Im2imRow.Run> other = runs.getOrDefault(with, Map.of());
        return runs.getOrDefault(of, Map.of()).entrySet().stream()
                .filter(entry -> other.containsKey(entry.getKey()))
                .mapToDouble(entry -> entry.getValue().timed())
                .toArray();
    }

    /** Losses against their size, or outputs against the largest of them. */
    private double difference(String reference, String label) {
        Im2imOutcome expected = runs.get(reference).values().iterator().next().outcome();
        Im2imOutcome own = runs.get(label).values().iterator().next().outcome();
        boolean train = plan.mode() == Im2imMode.TRAIN;
        List<Double> one = train ? expected.losses() : expected.sample();
        List<Double> two = train ? own.losses() : own.sample();
        if (one.size() != two.size() || one.isEmpty()) {
            return Double.NaN;
        }
        double largest = one.stream().mapToDouble(Math::abs).max().orElseThrow();
        double difference = 0;
        for (int i = 0; i < Math.min(train ? COMPARED_LOSSES : one.size(), one.size()); i++) {
            double scale = train ? Math.abs(one.get(i)) : largest;
            difference = Math.max(difference, Math.abs(one.get(i) - two.get(i)) / scale);
        }
        return difference;
    }

    private Judgement judge(Interval ratio, String reference, String label) {
        String disturbance = null;
        for (String side : List.of(reference, label)) {
            for (Im2imRow.Run run : runs.get(side).values()) {
                disturbance = disturbance == null ? disturbance(side, run) : disturbance;
            }
        }
        return Judgement.of(ratio, common(reference, label), common(label, reference), disturbance);
    }

    private String disturbance(String label, Im2imRow.Run run) {
        Interference seen = run.interference();
        if (seen.stealShare() != null && seen.stealShare() > plan.protocol().stealLimit()) {
            return String.format(
                    Locale.ROOT,
                    "%.1f %% of the processor time was stolen in round %d of %s",
                    100 * seen.stealShare(),
                    run.round(),
                    label);
        }
        if (seen.othersShare() != null && seen.othersShare() > ProtocolSpec.OTHERS_LIMIT) {
            return String.format(
                    Locale.ROOT,
                    "other processes took %.1f %% of the processor time in round %d of %s",
                    100 * seen.othersShare(),
                    run.round(),
                    label);
        }
        return null;
    }
}
