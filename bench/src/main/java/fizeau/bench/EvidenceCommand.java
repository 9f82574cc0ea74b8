// SPDX-License-Identifier: Apache-2.0
package fizeau.bench;

import fizeau.backend.Backend;
import fizeau.backend.selection.BackendSelector;
import fizeau.backend.selection.DeviceName;
import fizeau.bench.environment.Environment;
import fizeau.bench.evidence.EvidenceRecord;
import fizeau.bench.evidence.EvidenceRow;
import fizeau.bench.evidence.EvidenceRun;
import fizeau.bench.evidence.EvidenceStep;
import fizeau.bench.files.Json;
import fizeau.bench.files.RunFolder;
import fizeau.bench.files.TemporaryFolder;
import fizeau.bench.protocol.ChildJvm;
import fizeau.bench.protocol.Progress;
import fizeau.nativeconfig.Settings;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** Everything that is to be shown on a GPU, as one table. */
@Command(
        name = "evidence",
        description = {
            "Shows on a GPU, one step after the other, everything there is to show: doctor, verify, the conformance suites,"
                    + " ceilings, the operator's table, trainings with peers at each level, ablation, caches, batches, a profile"
                    + " with NVIDIA's profilers, and the suites under compute-sanitizer.",
            "Every step runs in a process of its own and is a row with its state; what cannot run is unavailable, with the"
                    + " reason, and nothing is estimated. Options of the workload go to the steps that have them. Takes hours"
                    + " with everything."
        })
final class EvidenceCommand extends AbstractCommand {
    private static final String RESULT = "result.json";
    private static final String REPORT = "report.txt";
    private static final String PEERS = "eager,compile,max-autotune";

    /** Steps that have the options of a workload. */
    private static final Set<EvidenceStep> TRAININGS =
            EnumSet.of(EvidenceStep.COMPARE, EvidenceStep.ABLATE, EvidenceStep.BATCH, EvidenceStep.PROFILE);

    @Option(
            names = "--device",
            paramLabel = "NAME",
            defaultValue = "cuda",
            description = "The GPU, cuda[:n]. Default: ${DEFAULT-VALUE}")
    private String device;

    @Option(
            names = "--steps",
            paramLabel = "NAME",
            split = ",",
            description =
                    "Only these, with commas: doctor, verify, tests, ceilings, operator, compare, ablate,"
                            + " caches, batch, profile, and sanitizer (memcheck, racecheck, initcheck, synccheck). Default: all")
    private List<String> steps;

    @Option(
            names = "--golden",
            paramLabel = "DIR",
            description = "Folder of reference vectors. The portable bundle brings its own.")
    private Path golden;

    @Option(names = "--workload", paramLabel = "NAME", description = "Of the trainings. Default: each command's own")
    private String workload;

    @Option(names = "--object-size", paramLabel = "PIXELS", description = "Edge of the object.")
    private Integer objectSize;

    @Option(names = "--image-size", paramLabel = "PIXELS", description = "Edge of the detector frame.")
    private Integer imageSize;

    @Option(names = "--aperture-radius", paramLabel = "PIXELS", description = "Radius of the sub-aperture.")
    private Double apertureRadius;

    @Option(names = "--pattern-radius", paramLabel = "PIXELS", description = "Reach of the scan.")
    private Double patternRadius;

    @Option(names = "--samples", paramLabel = "N", description = "Aperture positions of the trainings.")
    private Integer samples;

    @Option(names = "--epochs", paramLabel = "N", description = "Iterations at each position.")
    private Integer epochs;

    @Option(names = "--rounds", paramLabel = "N", description = "Rounds of each step. Default: each command's own")
    private Integer rounds;

    @Option(
            names = "--sizes",
            paramLabel = "PIXELS",
            description = "Frames of the operator's table and of the caches. Default: each command's own")
    private String sizes;

    @Option(
            names = "--batches",
            paramLabel = "N",
            description = "Of the operator's table and of the batches. Default: each command's own")
    private String batches;

    @Option(names = "--python", paramLabel = "FILE", description = "Python with torch and jax. Default: python3")
    private Path python;

    @Option(
            names = "--step-minutes",
            paramLabel = "MINUTES",
            defaultValue = "180",
            description = "Ends a step that takes longer. Default: ${DEFAULT-VALUE}")
    private int stepMinutes;

    @Option(names = "--out", paramLabel = "DIR", description = "Folder that takes the run's folder.")
    private Path out;

    @Option(names = "--json", description = "Prints the record as one JSON document instead of a report.")
    private boolean json;

    @Override
    public Integer call() {
        Instant startedAt = Instant.now();
        DeviceName name = DeviceName.parse(device);
        if (name.kind() != DeviceName.Kind.CUDA) {
            throw new IllegalArgumentException("--device " + device + " is no GPU: use cuda[:n]");
        }
        if (stepMinutes < 1) {
            throw new IllegalArgumentException("--step-minutes " + stepMinutes + " is not possible: use 1 or more");
        }
        List<EvidenceStep> wanted = steps == null ? List.of(EvidenceStep.values()) : EvidenceStep.parse(steps);
        Path root = out == null ? surroundings().results() : out;
        RunFolder.requireWritable(root);
        Environment environment = Environment.capture(surroundings().arguments());
        RunFolder folder = RunFolder.create(root, "evidence", startedAt);
        folder.expect(RESULT, REPORT);
        Progress progress = progress();
        List<EvidenceRow> rows = new ArrayList<>();
        String[] description = new String[1];
        String absent = absence(name, description);
        try (TemporaryFolder arguments = TemporaryFolder.create("fizeau-evidence-")) {
            EvidenceRun run = new EvidenceRun(programs(arguments.path()), folder);
            for (EvidenceStep step : wanted) {
                progress.step("step " + (rows.size() + 1) + " of " + wanted.size() + ": " + step.word(), 0);
                EvidenceRow row = absent == null || step == EvidenceStep.DOCTOR
                        ? run.run(step, arguments(step, folder))
                        : EvidenceRow.unavailable(step, absent);
                if (!row.reason().isEmpty()) {
                    folder.remark(step.word() + ": " + row.reason());
                }
                rows.add(row);
            }
        }
        EvidenceRecord record = new EvidenceRecord(
                EvidenceRecord.SCHEMA,
                "measured",
                "evidence",
                folder.runId(),
                folder.shownPath(),
                startedAt.toString(),
                progress.elapsedSeconds(),
                name.toString(),
                description[0],
                rows,
                Json.tree(environment));
        folder.writeJson(RESULT, record);
        folder.writeText(REPORT, record.toText());
        folder.finish();
        progress.done();
        surroundings().out().print(json ? Json.text(record) : record.toText());
        return record.failed() ? Main.FAILED : Main.DONE;
    }

    /** Why no step can be run, or null. */
    private static String absence(DeviceName name, String[] description) {
        try (Backend backend = BackendSelector.requireCuda(Settings.ofProcess(), name)) {
            description[0] = backend.description();
            return null;
        } catch (IllegalArgumentException unusable) {
            return unusable.getCause().getMessage();
        }
    }

    private EvidenceRun.Programs programs(Path folder) {
        Path home = surroundings().results().toAbsolutePath().getParent();
        boolean bundle = Files.isDirectory(home.resolve("test-runner"));
        List<String> flags =
                new ArrayList<>(List.of("-XX:+UseSerialGC", "-XX:-UsePerfData", "-Djava.awt.headless=true"));
        ManagementFactory.getRuntimeMXBean().getInputArguments().stream()
                .filter(flag -> flag.startsWith("-Dfizeau.") || flag.startsWith("-Dorg."))
                .filter(flag -> !flag.startsWith("-Dfizeau.terminal="))
                .forEach(flags::add);
        return new EvidenceRun.Programs(
                List.of(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "@" + ChildJvm.writeArguments(folder, flags, System.getProperty("java.class.path")),
                        Main.class.getName()),
                bundle ? "bundle/run" : "bench/run",
                tests(home, bundle),
                home,
                Map.of(),
                Settings.ofProcess(),
                Duration.ofMinutes(stepMinutes));
    }

    private static EvidenceRun.Tests tests(Path home, boolean bundle) {
        if (bundle) {
            return new EvidenceRun.Tests(List.of(home.resolve("run").toString(), "test", "--tag", "gpu"), null);
        }
        return Files.isRegularFile(home.resolve("pom.xml"))
                ? new EvidenceRun.Tests(List.of("mvn", "-q", "-B", "-Pgpu", "verify"), null)
                : new EvidenceRun.Tests(List.of(), "the tests lie neither in a bundle nor in a checkout here");
    }

    /** The command of a step; empty for one that is none of Fizeau's. */
    private List<String> arguments(EvidenceStep step, RunFolder folder) {
        List<String> arguments = new ArrayList<>();
        switch (step) {
            case DOCTOR -> arguments.add("doctor");
            case VERIFY -> {
                arguments.addAll(List.of("verify", "--device", device));
                option(arguments, "--golden", golden == null ? null : golden.toAbsolutePath());
            }
            case CEILINGS, OPERATOR, CACHES, ABLATE, BATCH, PROFILE, COMPARE -> arguments.add(step.word());
            case TESTS, MEMCHECK, RACECHECK, INITCHECK, SYNCCHECK -> {
                return List.of();
            }
        }
        if (step != EvidenceStep.DOCTOR && step != EvidenceStep.VERIFY) {
            arguments.addAll(List.of(
                    "--device", device, "--out", folder.path().toAbsolutePath().toString()));
        }
        if (step == EvidenceStep.COMPARE) {
            arguments.addAll(List.of("--peers", PEERS));
            option(arguments, "--python", python);
        }
        if (step == EvidenceStep.OPERATOR) {
            option(arguments, "--python", python);
            option(arguments, "--batches", batches);
        }
        if (step == EvidenceStep.OPERATOR || step == EvidenceStep.CACHES) {
            option(arguments, "--sizes", sizes);
        }
        if (step == EvidenceStep.BATCH) {
            option(arguments, "--batch", batches);
        }
        if (TRAININGS.contains(step)) {
            workload().forEach((option, value) -> option(arguments, option, value));
        }
        if (step == EvidenceStep.OPERATOR) {
            option(arguments, "--object-size", objectSize);
            option(arguments, "--aperture-radius", apertureRadius);
            option(arguments, "--pattern-radius", patternRadius);
        }
        if (step != EvidenceStep.PROFILE
                && Set.of(
                                EvidenceStep.OPERATOR,
                                EvidenceStep.COMPARE,
                                EvidenceStep.ABLATE,
                                EvidenceStep.CACHES,
                                EvidenceStep.BATCH)
                        .contains(step)) {
            option(arguments, "--rounds", rounds);
        }
        return arguments;
    }

    private Map<String, Object> workload() {
        Map<String, Object> given = new LinkedHashMap<>();
        given.put("--workload", workload);
        given.put("--object-size", objectSize);
        given.put("--image-size", imageSize);
        given.put("--aperture-radius", apertureRadius);
        given.put("--pattern-radius", patternRadius);
        given.put("--samples", samples);
        given.put("--epochs", epochs);
        return given;
    }

    private static void option(List<String> arguments, String name, Object value) {
        if (value != null) {
            arguments.addAll(Arrays.asList(name, value.toString()));
        }
    }
}
