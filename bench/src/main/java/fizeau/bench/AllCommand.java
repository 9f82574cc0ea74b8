// SPDX-License-Identifier: Apache-2.0
package fizeau.bench;

import fizeau.bench.files.Json;
import fizeau.bench.files.RunFolder;
import fizeau.bench.protocol.Progress;
import fizeau.bench.report.MasterSummary;
import fizeau.bench.report.MasterSummary.Part;
import fizeau.bench.report.MasterSummary.State;
import fizeau.bench.report.Rendering;
import fizeau.bench.report.ReportPages;
import fizeau.bench.training.VariantSpec;
import fizeau.bench.workload.WorkloadPreset;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** Every part of the laboratory, one after the other; a part that fails does not hide the others. */
@Command(
        name = "all",
        description = {
            "Runs baseline, optimized, compare, ablate, caches and profile and writes a master summary and a page that"
                    + " leads to theirs.",
            "A part that fails or is not available is named, the others run; the exit code is 1 then. Options go to the"
                    + " parts that have them."
        })
final class AllCommand extends AbstractCommand {
    static final List<String> PARTS = List.of("baseline", "optimized", "compare", "ablate", "caches", "profile");
    private static final String RESULT = "result.json";

    @Spec
    private CommandSpec spec;

    @Option(
            names = "--workload",
            paramLabel = "NAME",
            description = "progressive (20 samples x 50 epochs), doc (100 x 1), short (8 x 10) or quick (4 x 5)."
                    + " Default: each part's own, short for ablate and progressive for the others")
    private String workload;

    @Option(names = "--object", paramLabel = "FILE", description = "Picture of the true object.")
    private String object;

    @Option(names = "--rounds", paramLabel = "N", description = "Rounds of each part. Default: each part's own")
    private String rounds;

    @Option(names = "--max-seconds", paramLabel = "SECONDS", description = "Limit of each part, not of all together.")
    private String maxSeconds;

    @Option(names = "--threads", paramLabel = "N", description = "Threads of every variant.")
    private String threads;

    @Option(names = "--seed", paramLabel = "N", description = "Seed of each part. Default: 1")
    private String seed;

    @Option(names = "--device", paramLabel = "NAME", description = "auto, cpu or cuda[:n]. Default: auto")
    private String device;

    @Option(names = "--out", paramLabel = "DIR", description = "Folder that takes the run's folder.")
    private Path out;

    @Option(names = "--json", description = "Prints the summary as one JSON document instead of text.")
    private boolean json;

    @Override
    public Integer call() {
        Path root = out == null ? surroundings().results() : out;
        requireKnown();
        RunFolder folder = RunFolder.create(root, "all", Instant.now());
        folder.expect(RESULT, MasterSummary.FILE);
        ReportPages.announce(folder);
        Progress progress = progress();
        List<Part> parts = new ArrayList<>();
        for (String command : PARTS) {
            progress.note("part " + (parts.size() + 1) + " of " + PARTS.size() + ": " + command);
            Part part = run(command, folder);
            if (!part.reason().isEmpty()) {
                progress.note(command + ": " + part.reason());
                folder.remark(command + ": " + part.reason());
            }
            parts.add(part);
        }
        MasterSummary summary = new MasterSummary(MasterSummary.SCHEMA, folder.runId(), folder.shownPath(), parts);
        folder.writeJson(RESULT, summary);
        folder.writeText(MasterSummary.FILE, summary.toText());
        ReportPages.write(folder, Rendering.of(summary, folder.path()));
        folder.finish();
        surroundings().out().print(json ? Json.text(summary) : summary.toText());
        return summary.passed() ? Main.DONE : Main.FAILED;
    }

    /** What no part would accept is told at once and not six times. */
    private void requireKnown() {
        if (workload != null) {
            WorkloadPreset.parse(workload);
        }
        if (object != null && !Files.isRegularFile(Path.of(object))) {
            throw new IllegalArgumentException("--object " + object + " does not exist: name a picture");
        }
    }

    private Part run(String command, RunFolder folder) {
        CommandSpec found =
                spec.parent() == null || !spec.parent().subcommands().containsKey(command)
                        ? null
                        : spec.parent().subcommands().get(command).getCommandSpec();
        if (found == null) {
            String reason = "this version has no command " + command;
            return new Part(command, List.of(), State.UNAVAILABLE, null, 0, reason, "", "");
        }
        List<String> arguments = arguments(command, found, folder.shownPath());
        ByteArrayOutputStream printed = new ByteArrayOutputStream();
        LastLine complaints = new LastLine(surroundings().err());
        long began = System.nanoTime();
        int code;
        try (PrintStream err = new PrintStream(complaints, true, StandardCharsets.UTF_8)) {
            code = Main.run(new Surroundings(
                    new PrintStream(printed, true, StandardCharsets.UTF_8),
                    err,
                    surroundings().terminal(),
                    folder.path(),
                    arguments));
        }
        double seconds = (System.nanoTime() - began) * 1e-9;
        String report = printed.toString(StandardCharsets.UTF_8);
        String said = complaints.line();
        String reason =
                code == Main.DONE ? "" : "ended with exit code " + code + (said.isEmpty() ? "" : " (" + said + ")");
        State state = code == Main.DONE ? State.DONE : State.FAILED;
        return new Part(command, arguments, state, code, seconds, reason, newest(folder.path(), command), report);
    }

    private List<String> arguments(String command, CommandSpec found, String folder) {
        Map<String, String> given = new LinkedHashMap<>();
        given.put("--workload", workload);
        given.put("--object", object);
        given.put("--rounds", rounds);
        given.put("--max-seconds", maxSeconds);
        given.put("--threads", threads);
        given.put("--seed", seed);
        // the original's way runs on the CPU, wherever the engine does
        given.put("--device", command.equals(VariantSpec.BASELINE) && device != null ? "cpu" : device);
        given.put("--out", folder);
        List<String> arguments = new ArrayList<>(List.of(command));
        given.forEach((option, value) -> {
            if (value != null && found.optionsMap().containsKey(option)) {
                arguments.add(option);
                arguments.add(value);
            }
        });
        return arguments;
    }

    /** The folder that a part wrote, relative to this run's; empty when there is none. */
    private static String newest(Path folder, String command) {
        if (!Files.isDirectory(folder.resolve(command))) {
            return "";
        }
        try (Stream<Path> runs = Files.list(folder.resolve(command))) {
            return runs.sorted()
                    .reduce((first, second) -> second)
                    .map(run -> command + "/" + run.getFileName())
                    .orElse("");
        } catch (IOException unreadable) {
            return "";
        }
    }

    /** Passes everything on and remembers the last line that says something. */
    private static final class LastLine extends OutputStream {
        private final OutputStream target;
        private final ByteArrayOutputStream current = new ByteArrayOutputStream();
        private String last = "";

        LastLine(OutputStream target) {
            this.target = target;
        }

        @Override
        public void write(int value) throws IOException {
            target.write(value);
            if (value == '\n' || value == '\r') {
                end();
            } else {
                current.write(value);
            }
        }

        String line() {
            end();
            return last;
        }

        private void end() {
            String line = current.toString(StandardCharsets.UTF_8).strip();
            current.reset();
            if (!line.isEmpty()) {
                last = line;
            }
        }
    }
}
