// SPDX-License-Identifier: Apache-2.0
package fizeau.bench.environment;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.zeroturnaround.exec.ProcessExecutor;
import org.zeroturnaround.exec.ProcessResult;

/** Asks a short question of another program, within a time limit. */
public final class ChildProcess {
    /** In the line that says that a program had to be ended. */
    public static final String NO_ANSWER = " gave no answer within ";

    private ChildProcess() {}

    /**
     * What the program answered.
     *
     * @param succeeded whether it ended with exit code 0 in time
     * @param text its standard output, or one line that says why there is none
     */
    public record Answer(boolean succeeded, String text) {

        /** The output of a program that succeeded and printed something. */
        public Optional<String> output() {
            return Optional.of(text).filter(output -> succeeded && !output.isBlank());
        }
    }

    /**
     * Runs a program and waits for it. A path to it that is not absolute counts from this process's folder.
     *
     * @param folder its working folder
     * @param variables environment variables on top of this process's own
     * @param limit after which it is ended
     */
    public static Answer ask(Path folder, Map<String, String> variables, Duration limit, List<String> command) {
        return ask(folder, variables, limit, command, 1);
    }

    /** @param errorLines how much of the end of its standard error a failure quotes */
    public static Answer ask(
            Path folder, Map<String, String> variables, Duration limit, List<String> command, int errorLines) {
        String program = command.get(0);
        ByteArrayOutputStream errors = new ByteArrayOutputStream();
        try {
            ProcessResult result = new ProcessExecutor()
                    .command(fromHere(command))
                    .directory(folder.toAbsolutePath().toFile())
                    .environment(variables)
                    .redirectErrorStream(false)
                    .redirectError(errors)
                    .readOutput(true)
                    .timeout(limit.toMillis(), TimeUnit.MILLISECONDS)
                    .execute();
            if (result.getExitValue() == 0) {
                return new Answer(true, result.outputString().strip());
            }
            return new Answer(
                    false, program + " ended with exit code " + result.getExitValue() + lastLines(errors, errorLines));
        } catch (TimeoutException late) {
            String said = errorLines > 1 ? lastLines(errors, errorLines) : "";
            return new Answer(false, program + NO_ANSWER + limit.toMillis() + " ms" + said);
        } catch (IOException absent) {
            return new Answer(false, program + " cannot be started: " + reason(absent));
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
            return new Answer(false, program + " was interrupted");
        }
    }

    /** Programs without a folder before their name are looked for on the PATH. */
    private static List<String> fromHere(List<String> command) {
        Path program = Path.of(command.get(0));
        List<String> all = new ArrayList<>(command);
        all.set(0, (program.getNameCount() > 1 ? program.toAbsolutePath() : program).toString());
        return all;
    }

    /** Programs put the reason last: below a traceback, a usage text, a list of hints. */
    private static String lastLines(ByteArrayOutputStream errors, int count) {
        List<String> lines = errors.toString(StandardCharsets.UTF_8)
                .lines()
                .filter(line -> !line.isBlank())
                .map(String::strip)
                .toList();
        return lines.isEmpty()
                ? ""
                : ": " + String.join(" | ", lines.subList(Math.max(0, lines.size() - count), lines.size()));
    }

    /** What the system said when a program could not be started, without the whole command, which may be a script of many lines. */
    public static String reason(IOException absent) {
        return String.valueOf(absent.getMessage()).replaceFirst("(?is).*\\berror=\\d+,\\s*", "");
    }
}
