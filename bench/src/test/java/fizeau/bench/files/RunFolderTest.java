// SPDX-License-Identifier: Apache-2.0
package fizeau.bench.files;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class RunFolderTest {
    private static final Instant NOON = Instant.parse("2026-11-21T12:00:00Z");

    @TempDir
    private Path root;

    @Test
    void theManifestSaysWhatIsMissingUntilItIsThere() {
        RunFolder folder = RunFolder.create(root, "compare", NOON);
        folder.expect("a.txt", "b.json");
        folder.writeText("a.txt", "hello");
        assertThat(manifest(folder).state()).isEqualTo("running");
        assertThat(manifest(folder).files()).containsExactly("a.txt");
        assertThat(manifest(folder).missing()).containsExactly("b.json");
        folder.finish();
        assertThat(manifest(folder).state()).isEqualTo("incomplete");
        folder.writeJson("b.json", new double[] {1, 2});
        folder.finish();
        assertThat(manifest(folder).state()).isEqualTo("complete");
    }

    @Test
    void runsOfTheSameSecondGetFoldersOfTheirOwn() {
        assertThat(RunFolder.create(root, "compare", NOON).runId()).isEqualTo("20261121-120000");
        assertThat(RunFolder.create(root, "compare", NOON).runId()).isEqualTo("20261121-120000-2");
    }

    @Test
    void aFileInTheWayIsToldBeforeAnythingIsWritten() throws IOException {
        Path file = Files.writeString(root.resolve("taken"), "");
        assertThatThrownBy(() -> RunFolder.requireWritable(file.resolve("below")))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("is not a folder")
                .hasMessageContaining("--out");
        assertThatThrownBy(() -> RunFolder.create(file, "compare", NOON)).hasMessageContaining("--out");
    }

    @Test
    void damagedJsonIsToldInOneSentence() throws IOException {
        Path file = Files.writeString(root.resolve("cut.json"), "{\"state\": \"comp");
        assertThatThrownBy(() -> Json.read(file, RunFolder.Manifest.class))
                .isInstanceOf(IllegalArgumentException.class)
                .message()
                .contains("cut.json")
                .doesNotContain("\n");
    }

    @Test
    void numbersThatDoNotExistAreNull() {
        assertThat(Json.finite(Double.POSITIVE_INFINITY)).isNull();
        assertThat(Json.finite(2)).isEqualTo(2);
        assertThat(Json.text(new double[] {1.5})).isEqualTo("[ 1.5 ]\n");
    }

    private static RunFolder.Manifest manifest(RunFolder folder) {
        return Json.read(folder.path().resolve("manifest.json"), RunFolder.Manifest.class);
    }
}
