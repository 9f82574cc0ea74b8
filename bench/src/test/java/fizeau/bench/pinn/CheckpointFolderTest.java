// SPDX-License-Identifier: Apache-2.0
package fizeau.bench.pinn;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Where the original's checkpoints are looked for. */
class CheckpointFolderTest {

    @TempDir
    private Path outputs;

    @Test
    void theBestIsTakenBeforeTheLatestAndNumbersAreNumbers() throws IOException {
        CheckpointFolder folder = new CheckpointFolder(outputs);
        assertThat(folder.find("burgers", 1)).isEmpty();
        assertThat(folder.missing("burgers", 1)).contains("seed_1", "burgers_phase1");
        Path checkpoints = Files.createDirectories(outputs.resolve("seed_1/burgers_phase1/checkpoints"));
        assertThat(folder.find("burgers", 1)).isEmpty();
        for (String name :
                new String[] {"checkpoint_epoch_900.pt", "checkpoint_epoch_10000.pt", "checkpoint_epoch_x.pt"}) {
            Files.createFile(checkpoints.resolve(name));
        }
        assertThat(folder.find("burgers", 1)).contains(checkpoints.resolve("checkpoint_epoch_10000.pt"));
        Files.createFile(checkpoints.resolve("best.pt"));
        assertThat(folder.find("burgers", 1)).contains(checkpoints.resolve("best.pt"));
        assertThat(folder.find("burgers", 2)).isEmpty();
        assertThat(folder.find("convection", 1)).isEmpty();
    }
}
