// SPDX-License-Identifier: Apache-2.0
package fizeau.bench.environment;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

@Tag("alone")
class ChildProcessTest {
    @TempDir
    private Path folder;

    /** As with --python ./venv/bin/python, whose process works in a folder of its own. */
    @Test
    void aRelativePathToAProgramCountsFromHere() throws IOException {
        Path program = Files.writeString(folder.resolve("program"), "#!/bin/sh\npwd -P\n");
        assumeTrue(program.toFile().setExecutable(true) && Files.exists(Path.of("/bin/sh")), "no shell");
        Path relative = Path.of("").toAbsolutePath().relativize(program.toAbsolutePath());
        Path elsewhere = Files.createDirectory(folder.resolve("elsewhere"));
        ChildProcess.Answer answer =
                ChildProcess.ask(elsewhere, Map.of(), Duration.ofSeconds(60), List.of(relative.toString()));
        assertThat(answer.succeeded()).as(answer.text()).isTrue();
        assertThat(answer.text()).isEqualTo(elsewhere.toRealPath().toString());
    }

    @Test
    void aProgramThatIsNotThereSaysSo() {
        ChildProcess.Answer answer = ChildProcess.ask(
                folder, Map.of(), Duration.ofSeconds(60), List.of("no-such-program-anywhere", "argument"));
        assertThat(answer.succeeded()).isFalse();
        assertThat(answer.text()).startsWith("no-such-program-anywhere cannot be started");
    }
}
