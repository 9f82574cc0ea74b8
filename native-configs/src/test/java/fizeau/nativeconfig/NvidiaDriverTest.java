// SPDX-License-Identifier: Apache-2.0
package fizeau.nativeconfig;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class NvidiaDriverTest {

    @TempDir
    Path root;

    @Test
    void aMachineWithoutADriverIsDescribedWithoutFailing() {
        NvidiaDriver driver = NvidiaDriver.read(settings(Map.of()));

        assertThat(driver.present()).isFalse();
        assertThat(driver.version()).isEmpty();
        assertThat(driver.devices()).isEmpty();
        assertThat(driver.library()).isEmpty();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "NVRM version: NVIDIA UNIX x86_64 Kernel Module  535.104.05  Sat Aug 19 01:15:15 UTC 2023 | 535.104.05",
                "NVRM version: NVIDIA UNIX Open Kernel Module for x86_64  580.65.06  Release Build  (dvs@b) | 580.65.06",
                "NVRM version: NVIDIA UNIX Open Kernel Module for aarch64  570.86  Release Build | 570.86",
            })
    void theVersionIsReadFromTheKernelModulesFile(String line, String expected) throws IOException {
        write("proc/driver/nvidia/version", line + "\nGCC version:  gcc version 12.3.0 (Ubuntu 12.3.0-1ubuntu1)\n");

        assertThat(NvidiaDriver.read(settings(Map.of())).version()).contains(expected);
    }

    @Test
    void theVersionIsReadFromTheNameOfTheLibraryWhereTheKernelDoesNotTell() throws IOException {
        Path real = write("usr/lib/x86_64-linux-gnu/libcuda.so.570.86.15", "");
        Path link = Files.createSymbolicLink(real.resolveSibling("libcuda.so.1"), real.getFileName());

        NvidiaDriver driver = NvidiaDriver.read(settings(Map.of()));

        assertThat(driver.version()).contains("570.86.15");
        assertThat(driver.library()).contains(link);
    }

    @Test
    void aLibraryPathGoesBeforeTheSystemsFolders() throws IOException {
        write("usr/lib64/libcuda.so.1", "");
        Path own = write("own/libcuda.so.1", "");

        NvidiaDriver driver = NvidiaDriver.read(
                settings(Map.of("LD_LIBRARY_PATH", own.getParent().toString())));

        assertThat(driver.library()).contains(own);
        assertThat(driver.version()).as("a plain file name tells no version").isEmpty();
        assertThat(driver.present()).isTrue();
    }

    @Test
    void cardsAreListedInBusOrder() throws IOException {
        write("proc/driver/nvidia/gpus/0000:81:00.0/information", "Model: \t\t NVIDIA H100 80GB HBM3\nIRQ:   16\n");
        write("proc/driver/nvidia/gpus/0000:01:00.0/information", "Model: \t\t NVIDIA L4 \nIRQ:   12\n");

        assertThat(NvidiaDriver.read(settings(Map.of())).devices())
                .containsExactly("NVIDIA L4", "NVIDIA H100 80GB HBM3");
    }

    private Settings settings(Map<String, String> environment) {
        return new Settings(environment, Map.of(), root);
    }

    private Path write(String path, String text) throws IOException {
        Path file = root.resolve(path);
        Files.createDirectories(file.getParent());
        return Files.writeString(file, text);
    }
}
