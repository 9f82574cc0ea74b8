// SPDX-License-Identifier: Apache-2.0
package fizeau.bench.evidence;

import fizeau.bench.environment.Programs;
import fizeau.nativeconfig.Settings;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/** compute-sanitizer, which runs tests on a GPU and looks for wrong accesses, races, reads of nothing and lost barriers. */
final class Sanitizer {

    static final String PROGRAM = "compute-sanitizer";

    /** Of a process in which it found something, so that it cannot be mistaken for a test that failed. */
    static final int FOUND = 99;

    /** {@code ========= ERROR SUMMARY: 0 errors}, {@code ========= RACECHECK SUMMARY: 1 hazard displayed (...)}. */
    private static final Pattern SUMMARY = Pattern.compile("=+ (?:[A-Z]+ )?SUMMARY: (\\d+) (.*)");

    private Sanitizer() {}

    /** Where it is: on the path, or in a toolkit that was named or has the usual place. */
    static Optional<Path> find(Settings settings) {
        List<Path> folders = new ArrayList<>(Programs.searchPath(settings));
        for (String variable : List.of("FIZEAU_CUDA_PATH", "CUDA_PATH", "CUDA_HOME")) {
            settings.variable(variable).map(Settings::folders).orElse(List.of()).forEach(folder -> {
                folders.add(folder.resolve("bin"));
                folders.add(folder.resolveSibling("bin"));
            });
        }
        folders.add(settings.root().resolve("usr/local/cuda/bin"));
        return Programs.first(folders, PROGRAM);
    }

    /**
     * The command line.
     *
     * @param tool word of a step: {@code memcheck}, {@code racecheck}, {@code initcheck} or {@code synccheck}
     * @param logs where each process writes what was found in it, with the tool's name in front
     */
    static List<String> command(String program, String tool, String logs, List<String> tests) {
        List<String> command = new ArrayList<>(List.of(
                program,
                "--tool",
                tool,
                "--target-processes",
                "all",
                "--error-exitcode",
                Integer.toString(FOUND),
                "--log-file",
                logs + "/" + tool + "-%p.txt"));
        command.addAll(tests);
        return command;
    }

    /** The tool's summaries, one line for each process that has one, and how many things were found in all. */
    record Summary(List<String> lines, long found) {}

    /** What the logs of a tool add up to. */
    static Summary summary(Path logs, String tool) {
        List<String> lines = new ArrayList<>();
        long found = 0;
        for (Path log : logs(logs, tool)) {
            for (String line : read(log)) {
                Matcher summary = SUMMARY.matcher(line.strip());
                if (summary.matches()) {
                    lines.add(log.getFileName() + ": " + summary.group(1) + " " + summary.group(2));
                    found += Long.parseLong(summary.group(1));
                }
            }
        }
        return new Summary(List.copyOf(lines), found);
    }

    /** Its logs in the order of their names. */
    static List<Path> logs(Path folder, String tool) {
        try (Stream<Path> all = Files.list(folder)) {
            return all.filter(file -> file.getFileName().toString().startsWith(tool + "-"))
                    .sorted()
                    .toList();
        } catch (IOException unreadable) {
            throw new UncheckedIOException("cannot list " + folder, unreadable);
        }
    }

    private static List<String> read(Path log) {
        try {
            return Files.readAllLines(log);
        } catch (IOException unreadable) {
            throw new UncheckedIOException("cannot read " + log, unreadable);
        }
    }
}
