// SPDX-License-Identifier: Apache-2.0
package fizeau.bench.protocol;

import fizeau.bench.environment.Environment;
import fizeau.bench.files.Json;
import fizeau.bench.files.TemporaryFolder;
import fizeau.bench.protocol.JobFailure.JobFailedException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.management.ManagementFactory;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.DoubleConsumer;
import org.zeroturnaround.exec.ProcessExecutor;
import org.zeroturnaround.exec.stream.LogOutputStream;

/**
 * Runs jobs in fresh JVMs: same Java, same class path, fixed flags. The class path travels in an argument file, because some
 * native libraries fail under long command lines. They share a {@link ClassArchive} beyond these flags. Children end with
 * this process.
 */
public final class ChildJvm {
    /** How the reason begins when a process took longer than it may. */
    public static final String NO_END = "it did not end within ";

    /** The subcommand of the main class that runs a job. */
    public static final String COMMAND = "run-variant";

    /** How a child tells its progress on standard output. */
    public static final String PROGRESS_MARK = "@progress ";

    /** Exit code of a child that found its input to blame. */
    public static final int BAD_INPUT = 2;

    private static final int LINES_KEPT = 12;

    private final String mainClass;
    private final long heapBytes;
    private final double timeoutSeconds;
    private final Map<String, String> environment;
    private final String classPath;

    /**
     * @param mainClass class whose {@link #COMMAND} subcommand runs a job
     * @param heapBytes heap limit of each child
     * @param timeoutSeconds after which a child is ended
     */
    public ChildJvm(String mainClass, long heapBytes, double timeoutSeconds) {
        this(mainClass, heapBytes, timeoutSeconds, Map.of());
    }

    /** @param environment variables of each child on top of this process's own */
    public ChildJvm(String mainClass, long heapBytes, double timeoutSeconds, Map<String, String> environment) {
        this(mainClass, heapBytes, timeoutSeconds, environment, System.getProperty("java.class.path"));
    }

    private ChildJvm(
            String mainClass,
            long heapBytes,
            double timeoutSeconds,
            Map<String, String> environment,
            String classPath) {
        this.mainClass = mainClass;
        this.heapBytes = heapBytes;
        this.timeoutSeconds = timeoutSeconds;
        this.environment = Map.copyOf(environment);
        this.classPath = classPath;
    }

    /** The same with other code: another build of the bench. */
    public ChildJvm withClassPath(String other) {
        return new ChildJvm(mainClass, heapBytes, timeoutSeconds, environment, other);
    }

    /**
     * Runs one job and waits for it.
     *
     * @param progress receives the share that is done
     * @throws JobFailedException when there is no report
     */
    public JobReport run(Job job, DoubleConsumer progress) {
        try (TemporaryFolder folder = TemporaryFolder.create("fizeau-job-")) {
            return run(job, progress, folder.path());
        }
    }

    /** The flags of every child, for the record. */
    public List<String> flags() {
        List<String> flags = new ArrayList<>(List.of(
                // no collector threads beside the measured ones; the sessions allocate once
                "-XX:+UseSerialGC",
                "-XX:-UsePerfData",
                "-Xshare:auto",
                "-Xms" + Math.min(heapBytes, 256L << 20),
                "-Xmx" + heapBytes,
                "-Djava.awt.headless=true",
                "-Dfile.encoding=UTF-8",
                // JavaCPP would otherwise count native memory against the heap limit, and collect garbage to get it
                // back
                "-Dorg.bytedeco.javacpp.maxbytes=0",
                "-Dorg.bytedeco.javacpp.maxphysicalbytes=0"));
        ManagementFactory.getRuntimeMXBean().getInputArguments().stream()
                .filter(flag -> flag.startsWith("-Dfizeau.") || flag.startsWith("-Dorg.bytedeco."))
                .filter(flag -> !flag.startsWith(Environment.HOME_FLAG)) // a child writes nothing there
                .forEach(flags::add);
        return flags;
    }

    private JobReport run(Job job, DoubleConsumer progress, Path folder) {
        Path jobFile = folder.resolve("job.json");
        Path reportFile = folder.resolve("report.json");
        Json.write(jobFile, job);
        Optional<ClassArchive> archive = ClassArchive.of(classPath);
        boolean archiving = archive.isPresent() && !archive.get().exists() && job.round() == 0;
        List<String> classData = archiving
                ? ClassArchive.record(folder)
                : archive.filter(ClassArchive::exists).map(ClassArchive::use).orElse(List.of());
        List<String> command = List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "@" + writeArguments(folder, classData),
                mainClass,
                COMMAND,
                "--launched-at",
                Long.toString(System.currentTimeMillis()),
                jobFile.toString(),
                reportFile.toString());
        Deque<String> complaints = new ArrayDeque<>();
        int exit = execute(command, job, progress, complaints);
        if (exit == 0 && Files.exists(reportFile)) {
            if (archiving) {
                archive.get().adopt(folder);
            }
            return Json.read(reportFile, JobReport.class);
        }
        String said = complaints.isEmpty() ? "it said nothing" : String.join(" | ", complaints);
        if (exit == BAD_INPUT) {
            throw new JobFailedException(new JobFailure(
                    job.variant(), job.round(), complaints.isEmpty() ? said : complaints.peekLast(), true));
        }
        throw failure(job, "its process ended with exit code " + exit + " and no report: " + said);
    }

    private int execute(List<String> command, Job job, DoubleConsumer progress, Deque<String> complaints) {
        try {
            return new ProcessExecutor()
                    .command(command)
                    .environment(environment)
                    .redirectOutput(new ProgressLines(progress))
                    .redirectError(new LastLines(complaints))
                    .timeout((long) (1000 * timeoutSeconds), TimeUnit.MILLISECONDS)
                    .destroyOnExit()
                    .execute()
                    .getExitValue();
        } catch (TimeoutException e) {
            throw failure(job, NO_END + (long) timeoutSeconds + " s and was ended");
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw failure(job, "it was interrupted");
        } catch (IOException e) {
            throw failure(job, "its process could not be started: " + e.getMessage());
        }
    }

    private static JobFailedException failure(Job job, String what) {
        String where = job.round() > 0 ? " in round " + job.round() : "";
        return new JobFailedException(new JobFailure(
                job.variant(), job.round(), "variant " + job.variant() + where + " failed: " + what, false));
    }

    private Path writeArguments(Path folder, List<String> classData) {
        List<String> flags = new ArrayList<>(classData);
        flags.addAll(flags());
        return writeArguments(folder, flags, classPath);
    }

    /** Writes flags and class path of a JVM into a file, which goes on its command line with an at sign before its name. */
    public static Path writeArguments(Path folder, List<String> flags, String classPath) {
        StringBuilder text = new StringBuilder();
        flags.forEach(flag -> text.append(quote(flag)).append('\n'));
        text.append("-cp\n").append(quote(classPath)).append('\n');
        try {
            return Files.writeString(folder.resolve("java.arguments"), text, StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException("cannot write into " + folder, e);
        }
    }

    /** Argument files take a backslash for an escape inside quotes. */
    private static String quote(String argument) {
        return '"' + argument.replace("\\", "\\\\").replace("\"", "\\\"") + '"';
    }

    private static final class ProgressLines extends LogOutputStream {
        private final DoubleConsumer progress;

        ProgressLines(DoubleConsumer progress) {
            this.progress = progress;
        }

        @Override
        protected void processLine(String line) {
            if (line.startsWith(PROGRESS_MARK)) {
                progress.accept(Double.parseDouble(line.substring(PROGRESS_MARK.length())));
            }
        }
    }

    private static final class LastLines extends LogOutputStream {
        private final Deque<String> lines;

        LastLines(Deque<String> lines) {
            this.lines = lines;
        }

        @Override
        protected void processLine(String line) {
            if (line.isBlank()) {
                return;
            }
            lines.addLast(line.strip());
            if (lines.size() > LINES_KEPT) {
                lines.removeFirst();
            }
        }
    }
}
