// SPDX-License-Identifier: Apache-2.0
package fizeau.backend;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class PlanMemoryTest {
    private static final String HERE = "this processor, 2 cores";

    @TempDir
    private Path folder;

    @Test
    void isReadAgainInTheSameEnvironmentOnly() {
        Path later = folder.resolve("not/made/yet");
        PlanMemory.open(later, HERE).put("a box", Plan.PRUNED);
        assertThat(PlanMemory.open(later, HERE).find("a box")).hasValue(Plan.PRUNED);
        assertThat(PlanMemory.open(later, HERE).find("another")).isEmpty();
        assertThat(PlanMemory.open(later, "elsewhere").find("a box")).isEmpty();
    }

    @Test
    void keepsWhatOthersWroteMeanwhile() {
        PlanMemory first = PlanMemory.open(folder, HERE);
        PlanMemory second = PlanMemory.open(folder, HERE);
        first.put("one", Plan.FFT);
        second.put("two", Plan.MATRIX);
        assertThat(PlanMemory.open(folder, HERE).find("one")).hasValue(Plan.FFT);
        assertThat(PlanMemory.open(folder, HERE).find("two")).hasValue(Plan.MATRIX);
        assertThat(folder).isDirectoryContaining("glob:**plans.properties");
        assertThat(folder.toFile().list()).hasSize(1);
    }

    @Test
    void damagedFilesAreAsGoodAsNone() throws IOException {
        PlanMemory.open(folder, HERE).put("a box", Plan.PRUNED);
        Path file = folder.resolve("plans.properties");
        String content = Files.readString(file);
        Files.writeString(file, content.replace(Plan.PRUNED.word(), "no plan"));
        assertThat(PlanMemory.open(folder, HERE).find("a box")).isEmpty();
        Files.writeString(file, "environment=\\uXYZ");
        assertThat(PlanMemory.open(folder, HERE).find("a box")).isEmpty();
        PlanMemory.open(folder, HERE).put("a box", Plan.FFT);
        assertThat(PlanMemory.open(folder, HERE).find("a box")).hasValue(Plan.FFT);
    }

    @Test
    void whatCannotBeWrittenIsRememberedForTheProcess() throws IOException {
        Path file = Files.createFile(folder.resolve("a file"));
        PlanMemory memory = PlanMemory.open(file, HERE);
        memory.put("a box", Plan.PRUNED);
        assertThat(memory.find("a box")).hasValue(Plan.PRUNED);
        assertThat(PlanMemory.none().find("a box")).isEmpty();
    }

    @Test
    void theEnvironmentNamesProcessorMachineAndLibraries() {
        assertThat(TimingMemory.environment("a library 1.2"))
                .contains(" cores, ", System.getProperty("java.vm.version"))
                .endsWith(", a library 1.2");
    }
}
