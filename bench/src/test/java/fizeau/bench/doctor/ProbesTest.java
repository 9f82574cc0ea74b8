// SPDX-License-Identifier: Apache-2.0
package fizeau.bench.doctor;

import static org.assertj.core.api.Assertions.assertThat;

import fizeau.bench.environment.FakeMachine;
import fizeau.nativeconfig.Settings;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

@Tag("alone")
class ProbesTest {

    @TempDir
    Path root;

    @Test
    @DisabledOnOs(OS.WINDOWS)
    void interpreterAndTorchAreReadFromTheLastThreeLines() throws IOException {
        String python = script("echo hello from sitecustomize; echo /usr/bin/python3.12; echo 3.12.1; echo 2.9.0+cpu");

        assertThat(PythonProbe.examine(python))
                .isEqualTo(new DoctorReport.Python("/usr/bin/python3.12", "3.12.1", "2.9.0+cpu", null));
    }

    @Test
    @DisabledOnOs(OS.WINDOWS)
    void aPythonWithoutTorchIsAPython() throws IOException {
        String python = script("echo /usr/bin/python3; echo 3.11.7; echo -");

        assertThat(PythonProbe.examine(python))
                .isEqualTo(new DoctorReport.Python("/usr/bin/python3", "3.11.7", null, null));
    }

    @Test
    @DisabledOnOs(OS.WINDOWS)
    void absentBrokenSlowAndStrangeInterpretersAreReportedInWords() throws IOException {
        assertThat(PythonProbe.examine("fizeau-no-python").problem())
                .isEqualTo("fizeau-no-python cannot be started: No such file or directory");
        assertThat(PythonProbe.examine(script("echo pyenv: python3: command not found >&2; exit 127"))
                        .problem())
                .endsWith("ended with exit code 127: pyenv: python3: command not found");
        assertThat(PythonProbe.examine(script("exec sleep 60"), Duration.ofMillis(200))
                        .problem())
                .endsWith("gave no answer within 200 ms");
        assertThat(PythonProbe.examine(script("echo one")).problem())
                .endsWith("gave an answer that cannot be understood: one");
    }

    @Test
    void theRealInterpreterAnswersIfThereIsOne() {
        DoctorReport.Python python = PythonProbe.examine("python3");

        if (python.problem() == null) {
            assertThat(python.version()).matches("3\\.\\d+\\..*");
            assertThat(Path.of(python.executable())).exists();
        } else {
            assertThat(python.version()).isNull();
        }
    }

    @Test
    void theFolderAskedForIsExaminedWithoutBeingMade() {
        Path asked = root.resolve("a/b/cache");
        DoctorReport.NativeCache cache = NativeCacheProbe.examine(
                settings(Map.of("org.bytedeco.javacpp.cachedir", asked.toString(), "user.home", root.toString())));

        assertThat(cache.folder()).isEqualTo(asked.toString());
        assertThat(cache.writable()).isTrue();
        assertThat(cache.unpacked()).isFalse();
        assertThat(cache.freeBytes()).isPositive();
        assertThat(asked).doesNotExist();
    }

    @Test
    void theUsersFolderIsTheDefaultAndMayHoldLibtorchAlready() throws IOException {
        Files.createDirectories(root.resolve(".javacpp/cache/pytorch-2.10.0-1.5.13-linux-x86_64.jar"));

        DoctorReport.NativeCache cache = NativeCacheProbe.examine(settings(Map.of("user.home", root.toString())));

        assertThat(cache.folder()).isEqualTo(root.resolve(".javacpp/cache").toString());
        assertThat(cache.unpacked()).isTrue();
    }

    @Test
    void aFolderThatCannotBeMadeIsPassedOverForTheNext() throws IOException {
        Path file = Files.writeString(root.resolve("file"), "");
        Path temporary = Files.createDirectory(root.resolve("tmp"));
        DoctorReport.NativeCache cache = NativeCacheProbe.examine(settings(
                Map.of("user.home", file.toString(), "java.io.tmpdir", temporary.toString(), "user.name", "someone")));

        assertThat(cache.folder())
                .isEqualTo(temporary.resolve(".javacpp-someone/cache").toString());
    }

    @Test
    void withoutAnyFolderTheCacheIsUnknown() {
        assertThat(NativeCacheProbe.examine(settings(Map.of())))
                .isEqualTo(new DoctorReport.NativeCache("unknown", false, false, null));
    }

    private Settings settings(Map<String, String> properties) {
        return new FakeMachine(root).settings(Map.of(), properties);
    }

    private String script(String body) throws IOException {
        Path script = Files.createTempFile(root, "python", ".sh");
        Files.writeString(script, "#!/bin/sh\n" + body + "\n");
        assertThat(script.toFile().setExecutable(true)).isTrue();
        return script.toString();
    }
}
