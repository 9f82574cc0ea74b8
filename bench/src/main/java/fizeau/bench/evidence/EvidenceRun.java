// SPDX-License-Identifier: Apache-2.0
package fizeau.bench.evidence;

import com.fasterxml.jackson.databind.JsonNode;
import fizeau.bench.files.Json;
import fizeau.bench.files.RunFolder;
import fizeau.bench.protocol.ChildJvm;
import fizeau.nativeconfig.Settings;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/** Runs steps one after the other, each in a process of its own, and reads what they left. A step that fails hides no other. */
public final class EvidenceRun {

    private static final String LOGS = "logs";

    /**
     * How things are called here.
     *
     * @param fizeau starts Fizeau; a command and its options follow
     * @param typed the same as one would type it
     * @param tests runs the conformance suites on the card, or says in one element why that cannot be done
     * @param home working folder of the tests; all else runs in this process's own, to which options may be relative
     * @param variables environment of all processes beside this one's
     * @param limit of one step
     */
    public record Programs(
            List<String> fizeau,
            String typed,
            Tests tests,
            Path home,
            Map<String, String> variables,
            Settings settings,
            Duration limit) {}

    /**
     * The conformance suites.
     *
     * @param command empty where they cannot be run
     * @param absent why not; null where they can
     */
    public record Tests(List<String> command, String absent) {}

    private final Programs programs;
    private final RunFolder folder;

    public EvidenceRun(Programs programs, RunFolder folder) {
        this.programs = programs;
        this.folder = folder;
    }

    /**
     * Runs a step.
     *
     * @param arguments of Fizeau's command; empty for a step that is none
     */
    public EvidenceRow run(EvidenceStep step, List<String> arguments) {
        if (step.isSanitizer()) {
            return sanitize(step);
        }
        if (step == EvidenceStep.TESTS) {
            return programs.tests().absent() == null
                    ? tests(step)
                    : EvidenceRow.unavailable(step, programs.tests().absent());
        }
        return command(step, arguments);
    }

    private EvidenceRow command(EvidenceStep step, List<String> arguments) {
        String name = arguments.get(0);
        List<String> before = runsOf(name);
        List<String> command = new ArrayList<>(programs.fizeau());
        command.addAll(arguments);
        StepProcess process = execute(command, Path.of("").toAbsolutePath());
        List<String> files = new ArrayList<>(List.of(keep(step, process)));
        List<String> said = new ArrayList<>();
        List<String> missing = List.of();
        Optional<String> made =
                runsOf(name).stream().filter(run -> !before.contains(run)).findFirst();
        if (made.isPresent()) {
            files.add(made.get());
            Path result = folder.resolve(made.get()).resolve("result.json");
            if (Files.isRegularFile(result)) {
                JsonNode record = Json.readTree(result);
                said.addAll(Findings.of(step, record));
                missing = Findings.unavailable(record);
            }
        } else if (process.exitCode() != null && process.exitCode() == 0) {
            process.output().lines().filter(line -> !line.isBlank()).limit(1).forEach(said::add);
        }
        return new EvidenceRow(
                step.word(),
                step.meaning(),
                state(process),
                reason(process),
                programs.typed() + " " + String.join(" ", arguments),
                process.seconds(),
                files,
                said,
                missing);
    }

    private EvidenceRow tests(EvidenceStep step) {
        StepProcess process = execute(programs.tests().command(), programs.home());
        List<String> said = process.output()
                .lines()
                .filter(line -> line.matches(".*\\d+ tests (successful|failed|skipped).*|.*Tests run:.*"))
                .map(String::strip)
                .toList();
        return new EvidenceRow(
                step.word(),
                step.meaning(),
                process.exitCode() != null && process.exitCode() == 0 ? EvidenceRow.DONE : EvidenceRow.FAILED,
                reason(process),
                String.join(" ", programs.tests().command()),
                process.seconds(),
                List.of(keep(step, process)),
                said.subList(Math.max(0, said.size() - 6), said.size()),
                List.of());
    }

    private EvidenceRow sanitize(EvidenceStep step) {
        if (programs.tests().absent() != null) {
            return EvidenceRow.unavailable(step, programs.tests().absent());
        }
        Optional<Path> program = Sanitizer.find(programs.settings());
        if (program.isEmpty()) {
            return EvidenceRow.unavailable(
                    step, Sanitizer.PROGRAM + " is neither on the path nor in a toolkit: install one of CUDA");
        }
        Path logs = folder.resolve(LOGS).toAbsolutePath();
        try {
            Files.createDirectories(logs);
        } catch (IOException failure) {
            throw new UncheckedIOException("cannot make " + logs, failure);
        }
        String tool = step.word();
        StepProcess process = execute(
                Sanitizer.command(
                        program.get().toString(),
                        tool,
                        logs.toString(),
                        programs.tests().command()),
                programs.home());
        Sanitizer.Summary summary = Sanitizer.summary(logs, tool);
        List<String> files = new ArrayList<>(List.of(keep(step, process)));
        for (Path log : Sanitizer.logs(logs, tool)) {
            String file = LOGS + "/" + log.getFileName();
            folder.add(file);
            files.add(file);
        }
        boolean clean = process.exitCode() != null
                && process.exitCode() == 0
                && summary.found() == 0
                && !summary.lines().isEmpty();
        String reason = clean
                ? ""
                : summary.found() > 0
                        ? tool + " found " + summary.found() + (summary.found() == 1 ? " thing" : " things")
                        : summary.lines().isEmpty() && process.exitCode() != null && process.exitCode() == 0
                                ? tool + " left no summary, so that nothing is known"
                                : reason(process);
        return new EvidenceRow(
                step.word(),
                step.meaning(),
                clean ? EvidenceRow.DONE : EvidenceRow.FAILED,
                reason,
                String.join(
                        " ",
                        Sanitizer.command(
                                Sanitizer.PROGRAM, tool, LOGS, programs.tests().command())),
                process.seconds(),
                files,
                summary.lines(),
                List.of());
    }

    private StepProcess execute(List<String> command, Path workingFolder) {
        return StepProcess.run(command, workingFolder, programs.variables(), programs.limit());
    }

    private String keep(EvidenceStep step, StepProcess process) {
        String file = LOGS + "/" + step.word() + ".txt";
        folder.writeText(file, process.output());
        return file;
    }

    /** What cannot be done here is told as bad input. */
    private static String state(StepProcess process) {
        if (process.exitCode() == null) {
            return EvidenceRow.FAILED;
        }
        return switch (process.exitCode()) {
            case 0 -> EvidenceRow.DONE;
            case ChildJvm.BAD_INPUT -> EvidenceRow.UNAVAILABLE;
            default -> EvidenceRow.FAILED;
        };
    }

    private static String reason(StepProcess process) {
        if (process.exitCode() == null) {
            return process.complaint();
        }
        return switch (process.exitCode()) {
            case 0 -> "";
            case ChildJvm.BAD_INPUT -> process.complaint();
            default -> "it ended with exit code " + process.exitCode() + ": " + process.complaint();
        };
    }

    /** Folders of a command's runs, relative to this run's. */
    private List<String> runsOf(String command) {
        Path runs = folder.resolve(command);
        if (!Files.isDirectory(runs)) {
            return List.of();
        }
        try (Stream<Path> all = Files.list(runs)) {
            return all.map(run -> command + "/" + run.getFileName()).sorted().toList();
        } catch (IOException unreadable) {
            throw new UncheckedIOException("cannot list " + runs, unreadable);
        }
    }
}
