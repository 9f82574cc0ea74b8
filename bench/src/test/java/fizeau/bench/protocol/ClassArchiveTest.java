// SPDX-License-Identifier: Apache-2.0
package fizeau.bench.protocol;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.File;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.util.ArrayList;
import java.util.List;
import java.util.jar.JarEntry;
import java.util.jar.JarOutputStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.zeroturnaround.exec.ProcessExecutor;
import org.zeroturnaround.exec.ProcessResult;

class ClassArchiveTest {
    @TempDir
    private Path root;

    /** A real JVM writes it, another one takes its classes from it. */
    @Test
    void whatOneProcessWritesTheNextOneUses() throws Exception {
        String classPath = jarOf(Program.class).toString();
        Path cache = root.resolve("cache");
        ClassArchive archive = ClassArchive.in(cache, classPath).orElseThrow();
        assertThat(archive.exists()).isFalse();
        Path folder = Files.createDirectory(root.resolve("job"));
        java(ClassArchive.record(folder), classPath);
        archive.adopt(folder);
        assertThat(archive.exists()).isTrue();
        List<String> flags = new ArrayList<>(archive.use());
        flags.add("-Xlog:class+load");
        assertThat(java(flags, classPath).outputUTF8())
                .contains("ClassArchiveTest$Program source: shared objects file (top)");
        try (Stream<Path> files = Files.list(cache)) {
            assertThat(files).as("nothing half-written beside it").hasSize(1);
        }
    }

    @Test
    void anotherBuildHasAnotherArchive() throws IOException {
        Path jar = Files.writeString(root.resolve("some.jar"), "one");
        ClassArchive before = ClassArchive.in(root, jar.toString()).orElseThrow();
        assertThat(ClassArchive.in(root, jar.toString()).orElseThrow().use()).isEqualTo(before.use());
        Files.setLastModifiedTime(
                jar, FileTime.fromMillis(Files.getLastModifiedTime(jar).toMillis() + 2000));
        assertThat(ClassArchive.in(root, jar.toString()).orElseThrow().use()).isNotEqualTo(before.use());
    }

    @Test
    void classPathsThatTheJvmCannotArchiveHaveNone() throws IOException {
        Path jar = Files.writeString(root.resolve("some.jar"), "one");
        assertThat(ClassArchive.in(root, jar + File.pathSeparator + root)).isEmpty();
        assertThat(ClassArchive.in(root, jar + File.pathSeparator + root.resolve("missing.jar")))
                .isEmpty();
    }

    @Test
    void onlyTheNewestStay() throws IOException {
        Path cache = root.resolve("cache");
        for (int build = 0; build < 6; build++) {
            Path jar = Files.writeString(root.resolve("some.jar"), "build" + "x".repeat(build));
            Path folder = Files.createDirectory(root.resolve("job" + build));
            Files.writeString(folder.resolve("classes.jsa"), "archive " + build);
            ClassArchive archive = ClassArchive.in(cache, jar.toString()).orElseThrow();
            archive.adopt(folder);
            assertThat(archive.exists()).isTrue();
            try (Stream<Path> files = Files.list(cache)) {
                for (Path file : files.toList()) { // clocks of file systems are coarse
                    Files.setLastModifiedTime(
                            file,
                            FileTime.fromMillis(Files.getLastModifiedTime(file).toMillis() - 5000));
                }
            }
        }
        try (Stream<Path> files = Files.list(cache)) {
            assertThat(files).hasSize(4);
        }
    }

    private static ProcessResult java(List<String> flags, String classPath) throws Exception {
        List<String> command = new ArrayList<>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.addAll(flags);
        command.addAll(List.of("-Xshare:auto", "-cp", classPath, Program.class.getName()));
        return new ProcessExecutor()
                .command(command)
                .readOutput(true)
                .exitValueNormal()
                .execute();
    }

    private Path jarOf(Class<?> type) throws IOException {
        Path jar = root.resolve("program.jar");
        String entry = type.getName().replace('.', '/') + ".class";
        try (JarOutputStream out = new JarOutputStream(Files.newOutputStream(jar));
                InputStream code = type.getClassLoader().getResourceAsStream(entry)) {
            out.putNextEntry(new JarEntry(entry));
            code.transferTo(out);
        }
        return jar;
    }

    /** What the processes run. */
    static final class Program {
        private Program() {}

        public static void main(String[] arguments) {}
    }
}
