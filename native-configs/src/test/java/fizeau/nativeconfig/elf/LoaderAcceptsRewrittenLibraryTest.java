// SPDX-License-Identifier: Apache-2.0
package fizeau.nativeconfig.elf;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

/**
 * The system's own loader as judge, on libraries made the way NVIDIA makes them: two majors of one library, each with a
 * symbol version named after its soname, and a third library that is linked with the first and bound to the second.
 * Needs gcc; skipped without.
 */
@EnabledOnOs(OS.LINUX)
class LoaderAcceptsRewrittenLibraryTest {

    private static final String OLD = "libfizeauprobe.so.10";
    private static final String NEW = "libfizeauprobe.so.12";

    @TempDir
    Path folder;

    @Test
    void aLibraryLoadsWithTheOtherMajorAfterRewritingAndNotBefore() throws Exception {
        assumeTrue(runs(List.of("gcc", "--version")), "gcc is not installed: the loader is not asked");
        Files.writeString(folder.resolve("probe.c"), "int probe(void) { return 7; }\n");
        Files.writeString(
                folder.resolve("user.c"),
                "int probe(void);\nint JNI_OnLoad(void *v, void *r) { return 0x10001 + probe(); }\n");
        build(OLD, "probe.c");
        build("libuser.so", "user.c", folder.resolve(OLD).toString());
        Files.delete(folder.resolve(OLD));
        build(NEW, "probe.c");
        Path user = folder.resolve("libuser.so");
        assertThat(ElfImage.open(user).needed()).contains(OLD);

        System.load(folder.resolve(NEW).toString());
        Path before = Files.copy(user, folder.resolve("libbefore.so"));
        assertThatThrownBy(() -> System.load(before.toString()))
                .isInstanceOf(UnsatisfiedLinkError.class)
                .hasMessageContaining(OLD);

        try (PrivateFolder target = PrivateFolder.createIn(folder)) {
            Path bound = SonameRewriter.rewrite(user, target, "libuser.so", OLD, NEW);
            // a JNI version that the JVM knows, 1.8, comes out if and only if probe() of the other library answers 7
            assertThatCode(() -> System.load(bound.toString())).doesNotThrowAnyException();
        }
    }

    /** Symbols bound at once, so that loading fails if one of them or its version is not there. */
    private void build(String soname, String... inputs) throws Exception {
        Files.writeString(folder.resolve("versions"), soname + " { global: *; };\n");
        List<String> command =
                new ArrayList<>(List.of("gcc", "-shared", "-fPIC", "-Wl,-z,now", "-Wl,-soname," + soname));
        command.addAll(List.of("-Wl,--version-script=versions", "-o", soname));
        command.addAll(List.of(inputs));
        assertThat(runs(command)).as(String.join(" ", command)).isTrue();
    }

    private boolean runs(List<String> command) throws InterruptedException {
        try {
            Process process = new ProcessBuilder(command)
                    .directory(folder.toFile())
                    .redirectErrorStream(true)
                    .redirectOutput(folder.resolve("log").toFile())
                    .start();
            return process.waitFor(60, TimeUnit.SECONDS) && process.exitValue() == 0;
        } catch (IOException absent) {
            return false;
        }
    }
}
