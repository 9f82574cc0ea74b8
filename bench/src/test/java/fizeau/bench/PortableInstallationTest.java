// SPDX-License-Identifier: Apache-2.0
package fizeau.bench;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The command line on a class path without libtorch and OpenBLAS, as in the portable bundle: sentences, no traces. */
@Tag("alone")
class PortableInstallationTest {

    private static final Path LAUNCHER = Path.of("../bundle/src/main/bundle/run");

    @TempDir
    Path folder;

    /** A process that has ended. */
    private record Ended(int code, String out, String err) {}

    private Ended start(List<String> command) throws IOException, InterruptedException {
        Path out = folder.resolve("out");
        Path err = folder.resolve("err");
        ProcessBuilder builder = new ProcessBuilder(command).directory(folder.toFile());
        builder.environment().put("CUDA_VISIBLE_DEVICES", ""); // a GPU, where there is one, would serve
        Process process =
                builder.redirectOutput(out.toFile()).redirectError(err.toFile()).start();
        assertThat(process.waitFor(300, TimeUnit.SECONDS)).as("ended in time").isTrue();
        return new Ended(process.exitValue(), Files.readString(out), Files.readString(err));
    }

    private Ended bench(String... arguments) throws IOException, InterruptedException {
        String classPath = Arrays.stream(System.getProperty("java.class.path").split(File.pathSeparator))
                .filter(entry -> !Path.of(entry).getFileName().toString().matches("(pytorch|openblas)-.*"))
                .map(entry -> Path.of(entry).toAbsolutePath().toString())
                .collect(Collectors.joining(File.pathSeparator));
        List<String> command = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-XX:+UseSerialGC",
                "-XX:TieredStopAtLevel=1",
                "-Djava.awt.headless=true",
                "-Dfizeau.home=" + folder,
                "-cp",
                classPath,
                Main.class.getName()));
        command.addAll(List.of(arguments));
        return start(command);
    }

    @Test
    void doctorSaysWhatIsLeftOut() throws Exception {
        Ended doctor = bench("doctor");
        assertThat(doctor.code()).as(doctor.err()).isZero();
        assertThat(doctor.out())
                .contains("libtorch      does not load: libtorch is not part of this installation")
                .contains("--device auto -> nothing, because ");
    }

    @Test
    void verifyChecksWhatNeedsNoLibrary() throws Exception {
        Path golden = Path.of("src/test/resources/golden").toAbsolutePath();
        Files.createSymbolicLink(folder.resolve("golden"), golden); // where the bundle has them
        Ended verify = bench("verify");
        assertThat(verify.code()).isEqualTo(1);
        assertThat(verify.err())
                .contains("leaving cpu out: OpenBLAS is not part of this installation", "leaving cuda out: ");
        assertThat(verify.out())
                .contains("no backend is present")
                .containsPattern("[1-9]\\d* passed, [1-9]\\d* failed on no backend");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "compare --workload quick",
                "reconstruct --device cpu --workload quick",
                "measure --device cpu",
                "measure",
                "caches",
                "profile --samples 1 --epochs 1",
                "verify --device cpu --golden .",
                "ops --all",
            })
    void whatNeedsThemIsRefusedInASentence(String command) throws Exception {
        Ended ended = bench(command.split(" "));
        assertThat(ended.code()).as(ended.err() + ended.out()).isNotZero();
        assertThat(ended.err() + ended.out())
                .containsAnyOf("is not part of this installation", "no index.json", "index.json")
                .doesNotContain("\tat ");
    }

    /** The launcher in the source tree has no runtime beside it, and says so. */
    @Test
    void theLauncherMissesItsRuntimeInWords() throws Exception {
        Path launcher = Files.copy(LAUNCHER, folder.resolve("run"));
        assertThat(start(List.of("sh", "-n", launcher.toString())).code()).isZero();
        Ended ended = start(List.of("sh", launcher.toString(), "doctor"));
        assertThat(ended.code()).isEqualTo(2);
        assertThat(ended.err()).startsWith("the runtime is missing beside ").hasLineCount(1);
    }
}
