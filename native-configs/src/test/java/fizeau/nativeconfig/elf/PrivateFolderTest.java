// SPDX-License-Identifier: Apache-2.0
package fizeau.nativeconfig.elf;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

@DisabledOnOs(OS.WINDOWS)
class PrivateFolderTest {

    @TempDir
    Path parent;

    @Test
    void folderAndFilesAreTheOwnersAlone() throws IOException {
        try (PrivateFolder folder = PrivateFolder.createIn(parent)) {
            Path file = folder.write("liba.so", new byte[] {1, 2, 3});

            assertThat(permissions(folder.path())).isEqualTo("rwx------");
            assertThat(permissions(file)).isEqualTo("rw-------");
            assertThat(Files.readAllBytes(file)).containsExactly(1, 2, 3);
            assertThat(folder.path().toFile().list())
                    .as("no temporary file is left")
                    .containsExactly("liba.so");
        }
    }

    @Test
    void eachFolderHasANameOfItsOwn() throws IOException {
        try (PrivateFolder one = PrivateFolder.createIn(parent);
                PrivateFolder other = PrivateFolder.createIn(parent)) {
            assertThat(one.path()).isNotEqualTo(other.path());
            assertThat(one.path().getFileName().toString()).matches("fizeau-native-\\d{6,}");
        }
    }

    @Test
    void closingDeletesEverythingAndMayBeRepeated() throws IOException {
        PrivateFolder folder = PrivateFolder.createIn(parent);
        folder.write("liba.so", new byte[10]);

        folder.close();
        folder.close();

        assertThat(parent).isEmptyDirectory();
    }

    @Test
    void aFileIsReplacedWhole() throws IOException {
        try (PrivateFolder folder = PrivateFolder.createIn(parent)) {
            folder.write("liba.so", new byte[10]);

            assertThat(folder.write("liba.so", new byte[3])).hasSize(3);
        }
    }

    @Test
    void namesThatLeaveTheFolderAreRefused() throws IOException {
        try (PrivateFolder folder = PrivateFolder.createIn(parent)) {
            for (String name : new String[] {"../a.so", "a/b.so", "/a.so", "..", ".", ""}) {
                assertThatThrownBy(() -> folder.write(name, new byte[1]))
                        .as(name)
                        .isInstanceOf(IllegalArgumentException.class);
            }
        }
    }

    @Test
    void aFolderThatHasBeenOpenedToOthersIsNotWrittenTo() throws IOException {
        try (PrivateFolder folder = PrivateFolder.createIn(parent)) {
            Files.setPosixFilePermissions(folder.path(), PosixFilePermissions.fromString("rwxrwxrwx"));

            assertThatThrownBy(() -> folder.write("liba.so", new byte[1]))
                    .isInstanceOf(FileSystemException.class)
                    .hasMessageContaining("must be a folder with permissions rwx------ but has rwxrwxrwx");
            assertThat(folder.path()).isEmptyDirectory();
        }
    }

    private static String permissions(Path path) throws IOException {
        return PosixFilePermissions.toString(Files.getPosixFilePermissions(path));
    }
}
