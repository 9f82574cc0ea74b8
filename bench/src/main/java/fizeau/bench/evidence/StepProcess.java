// SPDX-License-Identifier: Apache-2.0
package fizeau.bench.evidence;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.zeroturnaround.exec.ProcessExecutor;
import org.zeroturnaround.exec.ProcessResult;

/**
 * A step's process and how it ended: a device that is lost, or a library that ends the process, takes one step with it and not
 * the others.
 *
 * @param exitCode null where there was none
 * @param output what it printed
 * @param complaint the last line of its standard error, or why there was no process
 */
record StepProcess(Integer exitCode, String output, String complaint, double seconds) {

    /** @param folder its working folder */
    static StepProcess run(List<String> command, Path folder, Map<String, String> variables, Duration limit) {
        ByteArrayOutputStream errors = new ByteArrayOutputStream();
        long began = System.nanoTime();
        try {
            ProcessResult result = new ProcessExecutor(command)
                    .directory(folder.toFile())
                    .environment(variables)
                    .redirectErrorStream(false)
                    .redirectError(errors)
                    .readOutput(true)
                    .destroyOnExit()
                    .timeout(limit.toMillis(), TimeUnit.MILLISECONDS)
                    .execute();
            return new StepProcess(result.getExitValue(), result.outputUTF8(), last(errors), since(began));
        } catch (TimeoutException late) {
            return new StepProcess(null, "", "it did not end within " + limit.toMinutes() + " minutes", since(began));
        } catch (IOException unusable) {
            return new StepProcess(null, "", "it cannot be started: " + unusable.getMessage(), since(began));
        } catch (InterruptedException interruption) {
            Thread.currentThread().interrupt();
            return new StepProcess(null, "", "interrupted", since(began));
        }
    }

    private static double since(long began) {
        return (System.nanoTime() - began) * 1e-9;
    }

    /** Progress rewrites its line: what stands behind the last return is what one would see. */
    private static String last(ByteArrayOutputStream errors) {
        List<String> lines = errors.toString(StandardCharsets.UTF_8)
                .lines()
                .map(line -> line.substring(line.lastIndexOf('\r') + 1).strip())
                .filter(line -> !line.isBlank())
                .toList();
        return lines.isEmpty() ? "it said nothing" : lines.get(lines.size() - 1);
    }
}
