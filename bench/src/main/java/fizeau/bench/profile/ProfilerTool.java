// SPDX-License-Identifier: Apache-2.0
package fizeau.bench.profile;

import fizeau.bench.environment.Programs;
import fizeau.nativeconfig.Settings;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.stream.Collectors;
import org.zeroturnaround.exec.ProcessExecutor;
import org.zeroturnaround.exec.ProcessResult;

/** NVIDIA's profilers, and how to call them on a profile of ours. */
public enum ProfilerTool {
    /** Nsight Systems: what runs when, on host and device. */
    NSYS("nsys", "nsys.nsys-rep"),

    /** Nsight Compute: what limits each kernel. It runs a kernel many times over, so it is shown one iteration only. */
    NCU("ncu", "ncu.ncu-rep");

    private static final int MOST_LAUNCHES = 40; // ten kernels of an iteration, some of them twice, in about a minute
    private static final int LIMIT_MINUTES = 20;

    private final String program;
    private final String report;

    ProfilerTool(String program, String report) {
        this.program = program;
        this.report = report;
    }

    /** What became of it. The command is as one would type it in the folder that holds Fizeau. */
    public record Run(String tool, String command, String outcome) {}

    public String program() {
        return program;
    }

    /** The file that it writes. */
    public String report() {
        return report;
    }

    /**
     * The command line.
     *
     * @param program name or path of the tool
     * @param folder for the report
     * @param profile the profile to run under it, which must do its work between the profiler's marks and nothing else
     */
    List<String> command(String program, String folder, List<String> profile) {
        List<String> command = new ArrayList<>(List.of(program));
        String file = folder + "/" + report.substring(0, report.indexOf('.'));
        switch (this) {
            case NSYS ->
                command.addAll(List.of(
                        "profile",
                        "--trace=cuda,nvtx",
                        "--cuda-graph-trace=node",
                        "--capture-range=cudaProfilerApi",
                        "--capture-range-end=stop",
                        "--force-overwrite=true",
                        "--output=" + file));
            case NCU ->
                command.addAll(List.of(
                        "--target-processes=all",
                        "--profile-from-start=off",
                        "--set=full",
                        "--launch-count=" + MOST_LAUNCHES,
                        "--force-overwrite",
                        "--export=" + file));
        }
        command.addAll(this == NCU ? oneIteration(profile) : profile);
        return command;
    }

    /** The same profile of one iteration at one position, whatever was asked for. */
    private static List<String> oneIteration(List<String> profile) {
        List<String> words = new ArrayList<>();
        for (int i = 0; i < profile.size(); i++) {
            if (profile.get(i).matches("--samples|--epochs")) {
                i++; // and its value
            } else if (!profile.get(i).matches("--(samples|epochs)=.*")) {
                words.add(profile.get(i));
            }
        }
        words.addAll(List.of("--samples", "1", "--epochs", "1"));
        return words;
    }

    /** A command line for a shell. */
    static String shown(List<String> command) {
        return command.stream()
                .map(word -> word.matches("[\\w@%+=:,./-]+") ? word : "'" + word.replace("'", "'\\''") + "'")
                .collect(Collectors.joining(" "));
    }

    /** Where it is on the search path. */
    Optional<Path> find(Settings settings) {
        return Programs.first(Programs.searchPath(settings), program);
    }

    /**
     * Runs the profile under the tool where it is here.
     *
     * @param launcher starts Fizeau
     * @param arguments of the profile
     * @param folder an existing one, for the report
     * @param shownFolder its name for people
     */
    Run run(Settings settings, Path launcher, List<String> arguments, Path folder, String shownFolder) {
        String command = typed(launcher, arguments, shownFolder);
        Optional<Path> tool = find(settings);
        if (tool.isEmpty()) {
            return new Run(program, command, "unavailable: " + program + " is not on the path");
        }
        List<String> real = new ArrayList<>(List.of(launcher.toString()));
        real.addAll(arguments);
        return new Run(program, command, execute(command(tool.get().toString(), folder.toString(), real), folder));
    }

    /** How to run it, for somebody who does not want to now. */
    Run notRun(Path launcher, List<String> arguments, String shownFolder) {
        return new Run(program, typed(launcher, arguments, shownFolder), "not run: --no-tools was given");
    }

    /** The launcher with its folder only: {@code bench/run} in a checkout, {@code bundle/run} beside the bundle. */
    private String typed(Path launcher, List<String> arguments, String shownFolder) {
        List<String> profile =
                new ArrayList<>(List.of(launcher.getParent().getFileName() + "/" + launcher.getFileName()));
        profile.addAll(arguments);
        return shown(command(program, shownFolder, profile));
    }

    private String execute(List<String> command, Path folder) {
        try {
            ProcessResult result = new ProcessExecutor(command)
                    .readOutput(true)
                    .destroyOnExit()
                    .timeout(LIMIT_MINUTES, TimeUnit.MINUTES)
                    .execute();
            if (result.getExitValue() != 0) {
                return "failed: it ended with exit code " + result.getExitValue() + ": "
                        + lastLine(result.outputUTF8());
            }
            return Files.isRegularFile(folder.resolve(report))
                    ? "wrote " + report
                    : "failed: it ended without " + report + ": " + lastLine(result.outputUTF8());
        } catch (TimeoutException late) {
            return "failed: it did not end within " + LIMIT_MINUTES + " minutes";
        } catch (IOException unusable) {
            return "failed: it cannot be started: " + unusable.getMessage();
        } catch (InterruptedException interruption) {
            Thread.currentThread().interrupt();
            return "failed: interrupted";
        }
    }

    private static String lastLine(String output) {
        List<String> lines = output.lines().filter(line -> !line.isBlank()).toList();
        return lines.isEmpty() ? "it said nothing" : lines.get(lines.size() - 1).strip();
    }
}
