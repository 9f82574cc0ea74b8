// SPDX-License-Identifier: Apache-2.0
package fizeau.bench.environment;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class BusyTimeTest {

    @TempDir
    private Path root;

    @Test
    void idleWaitingAndStolenTimeIsNotBusy() {
        FakeMachine machine = new FakeMachine(root);
        machine.with("proc/stat", "cpu  10 1 5 1000 40 2 3 7 4 0\ncpu0 1 1 1 1 1 1 1 1 0 0\n");
        BusyTime busy = BusyTime.read(machine.settings()).orElseThrow();
        assertThat(busy.busyNanos()).isEqualTo(21 * 10_000_000L);
        assertThat(busy.totalNanos()).isEqualTo(1068 * 10_000_000L);
    }

    @Test
    void aMachineWithoutThatFileIsUnknown() {
        assertThat(BusyTime.read(new FakeMachine(root).settings())).isEmpty();
    }
}
