// SPDX-License-Identifier: Apache-2.0
package fizeau.bench;

import static org.assertj.core.api.Assertions.assertThat;

import fizeau.kernels.PretendCuda;
import java.io.File;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * Commands in processes of their own on a machine whose GPU is pretended.
 *
 * @param folder takes what they say, remember and write
 * @param flags of the JVM
 */
record PretendCommand(PretendCuda machine, Path folder, String classPath, List<String> flags) {
    private static final long PATIENCE_SECONDS = 400;

    /** For children too. None lives long enough for what the optimising compiler takes to pay. */
    private static final String JVM_OPTIONS = "JAVA_TOOL_OPTIONS";

    private static final String SHORT_LIVED = "-XX:TieredStopAtLevel=1 -XX:+UseSerialGC";

    /** How a command ended, and what it wrote. */
    record Answer(int code, String out, String err) {

        String said() {
            return out + err;
        }
    }

    PretendCommand(PretendCuda machine, Path folder) {
        this(
                machine,
                folder,
                System.getProperty("java.class.path"),
                List.of("-Xmx256m", "-Dfizeau.plans=" + folder.resolve("plans")));
    }

    /** Without a checkout, whose tests and revisions could be used. */
    PretendCommand installed() {
        return with("-Dfizeau.home=" + folder.resolve("home"));
    }

    PretendCommand on(PretendCuda other) {
        return new PretendCommand(other, folder, classPath, flags);
    }

    PretendCommand with(String... more) {
        return new PretendCommand(
                machine,
                folder,
                classPath,
                Stream.concat(flags.stream(), Stream.of(more)).toList());
    }

    /** Without the libraries whose names hold one of these words. */
    PretendCommand without(String... words) {
        String less = Arrays.stream(classPath.split(File.pathSeparator))
                .filter(entry -> Stream.of(words).noneMatch(entry::contains))
                .collect(Collectors.joining(File.pathSeparator));
        return new PretendCommand(machine, folder, less, flags);
    }

    Answer run(String... arguments) throws Exception {
        return run(List.of(arguments));
    }

    Answer run(List<String> arguments) throws Exception {
        List<String> all = new ArrayList<>(
                List.of(Path.of(System.getProperty("java.home"), "bin", "java").toString()));
        all.addAll(flags);
        all.addAll(List.of("-cp", classPath, Main.class.getName()));
        all.addAll(arguments);
        Path out = folder.resolve("out.txt");
        Path err = folder.resolve("err.txt");
        ProcessBuilder builder =
                new ProcessBuilder(all).redirectOutput(out.toFile()).redirectError(err.toFile());
        builder.environment().put("LD_LIBRARY_PATH", machine.libraries().toString());
        builder.environment().put("FIZEAU_CUDA_PATH", machine.libraries().toString());
        builder.environment().put("XDG_CACHE_HOME", folder.resolve("cache").toString());
        builder.environment().put(JVM_OPTIONS, SHORT_LIVED);
        Process process = builder.start();
        try {
            assertThat(process.waitFor(PATIENCE_SECONDS, TimeUnit.SECONDS))
                    .as("it ends; it said: %s", Files.readString(err))
                    .isTrue();
            String complaints =
                    Files.readString(err).replace("Picked up " + JVM_OPTIONS + ": " + SHORT_LIVED + "\n", "");
            return new Answer(process.exitValue(), Files.readString(out), complaints);
        } finally {
            process.descendants().forEach(ProcessHandle::destroyForcibly);
            process.destroyForcibly();
        }
    }
}
