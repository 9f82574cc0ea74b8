// SPDX-License-Identifier: Apache-2.0
package fizeau.bench;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What {@code bench/run} says of a Java that cannot serve, before it builds or starts anything: one sentence, exit code 2. */
@EnabledOnOs(OS.LINUX)
@Tag("alone")
class LauncherTest {

    private static final Path LAUNCHER = Path.of("run").toAbsolutePath();

    @TempDir
    private Path folder;

    private String refusal(Map<String, String> environment) throws IOException, InterruptedException {
        ProcessBuilder builder = new ProcessBuilder("sh", LAUNCHER.toString(), "doctor").directory(folder.toFile());
        Map<String, String> given = new HashMap<>(Map.of("PATH", System.getenv("PATH")));
        given.putAll(environment);
        builder.environment().clear();
        builder.environment().putAll(given);
        Path said = folder.resolve("said");
        Process process =
                builder.redirectErrorStream(true).redirectOutput(said.toFile()).start();
        assertThat(process.waitFor(60, TimeUnit.SECONDS)).isTrue();
        assertThat(process.exitValue()).isEqualTo(2);
        assertThat(said).content().hasLineCount(1);
        return Files.readString(said).strip();
    }

    /** A folder for JAVA_HOME whose java is this script. */
    private Map<String, String> home(String script) throws IOException {
        Path java = Files.createDirectories(folder.resolve("home/bin")).resolve("java");
        Files.writeString(java, "#!/bin/sh\n" + script + "\n");
        assertThat(java.toFile().setExecutable(true)).isTrue();
        return Map.of("JAVA_HOME", folder.resolve("home").toString());
    }

    @ParameterizedTest
    @ValueSource(strings = {"JAVA_TOOL_OPTIONS", "JDK_JAVA_OPTIONS", "_JAVA_OPTIONS"})
    void optionsThatStopJavaAreNamedWithItsComplaint(String variable) throws Exception {
        assertThat(refusal(Map.of("JAVA_HOME", System.getProperty("java.home"), variable, "-Xnonsense")))
                .isEqualTo("java at " + System.getProperty("java.home")
                        + "/bin/java does not start, it says \"Unrecognized option: -Xnonsense\": correct or unset "
                        + variable + " (-Xnonsense)");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "exit 1 | does not start, it says \"nothing\": install a JDK 17",
                "echo 'cannot execute' >&2; exit 126 | it says \"cannot execute\": install a JDK 17",
                "echo 'java version \"1.8.0_292\"' >&2 | is version 1: install a JDK 17",
                "echo 'openjdk version \"16.0.2\" 2021-07-20' >&2 | is version 16: install a JDK 17",
            })
    void aJavaThatIsTooOldOrBrokenIsTold(String script, String sentence) throws Exception {
        assertThat(refusal(home(script)))
                .startsWith("java at " + folder + File.separator)
                .contains(sentence);
    }

    @Test
    void aMachineWithoutJavaIsTold() throws Exception {
        Path tools = Files.createDirectories(folder.resolve("tools"));
        for (String tool : List.of("dirname", "readlink", "sed", "grep", "head")) {
            Path stand = tools.resolve(tool); // a link would make JUnit warn when it tidies up
            Files.writeString(stand, "#!/bin/sh\nPATH=/usr/bin:/bin exec " + tool + " \"$@\"\n");
            assertThat(stand.toFile().setExecutable(true)).isTrue();
        }
        assertThat(refusal(Map.of("PATH", tools.toString())))
                .isEqualTo("java was not found: install a JDK 17 or later and put it on the PATH, or set JAVA_HOME");
    }
}
