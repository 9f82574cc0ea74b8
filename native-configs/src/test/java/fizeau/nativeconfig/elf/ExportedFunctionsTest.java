// SPDX-License-Identifier: Apache-2.0
package fizeau.nativeconfig.elf;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import fizeau.nativeconfig.ExportedFunctions;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What a library can be asked for before it is loaded. */
class ExportedFunctionsTest {

    @TempDir
    Path folder;

    @Test
    void importsAreNotOffered() throws IOException {
        Path file =
                Files.write(folder.resolve("library.so"), ElfImageTest.fixture().build());
        ExportedFunctions functions = ExportedFunctions.of(file);
        functions.require("JNI_OnLoad");
        assertThat(functions.missing(List.of("malloc", "JNI_OnLoad", "absent"))).containsExactly("malloc", "absent");
        assertThatThrownBy(() -> functions.require("cufftExecC2C"))
                .isInstanceOf(UnsupportedOperationException.class)
                .hasMessageContaining("library.so has no cufftExecC2C");
    }

    @Test
    void whatIsNoLibraryIsTold() throws IOException {
        Path file = Files.writeString(folder.resolve("text.so"), "this is no library");
        assertThatThrownBy(() -> ExportedFunctions.of(file))
                .isInstanceOf(UncheckedIOException.class)
                .hasMessageContaining("text.so");
    }
}
