// SPDX-License-Identifier: Apache-2.0
package fizeau.bench.environment;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class CgroupTest {

    @TempDir
    Path root;

    private FakeMachine machine;

    @BeforeEach
    void machine() {
        machine = new FakeMachine(root);
    }

    @Test
    void aMachineWithoutControlGroupsHasNoLimits() {
        Cgroup cgroup = Cgroup.read(machine.settings());

        assertThat(cgroup.memoryLimitBytes()).isEmpty();
        assertThat(cgroup.memoryHeadroomBytes()).isEmpty();
        assertThat(cgroup.processors()).isEmpty();
    }

    @Test
    void versionTwoTakesTheSmallestLimitOfAllGroupsAbove() {
        machine.with("proc/self/cgroup", "0::/outer/inner\n")
                .with("sys/fs/cgroup/outer/inner/memory.max", "max\n")
                .with("sys/fs/cgroup/outer/inner/cpu.max", "400000 100000\n")
                .with("sys/fs/cgroup/outer/memory.max", "1000000\n")
                .with("sys/fs/cgroup/outer/memory.current", "700000\n")
                .with("sys/fs/cgroup/outer/memory.stat", "anon 500000\ninactive_file 200000\n")
                .with("sys/fs/cgroup/outer/cpu.max", "150000 100000\n");

        Cgroup cgroup = Cgroup.read(machine.settings());

        assertThat(cgroup.memoryLimitBytes()).hasValue(1_000_000);
        assertThat(cgroup.memoryHeadroomBytes()).as("file pages can be dropped").hasValue(500_000);
        assertThat(cgroup.processors()).hasValue(1.5);
    }

    @Test
    void insideAContainerTheLimitStandsAtTheMountPoint() {
        machine.with("proc/self/cgroup", "0::/\n")
                .with("sys/fs/cgroup/memory.max", "4096\n")
                .with("sys/fs/cgroup/cpu.max", "max 100000\n");

        Cgroup cgroup = Cgroup.read(machine.settings());

        assertThat(cgroup.memoryLimitBytes()).hasValue(4096);
        assertThat(cgroup.processors()).isEmpty();
    }

    @Test
    void versionOneHasOneFolderPerController() {
        machine.with("proc/self/cgroup", "4:memory:/job\n2:cpu,cpuacct:/job\n0::/\n")
                .with("sys/fs/cgroup/memory/memory.limit_in_bytes", "9223372036854771712\n")
                .with("sys/fs/cgroup/memory/job/memory.limit_in_bytes", "5000\n")
                .with("sys/fs/cgroup/memory/job/memory.usage_in_bytes", "6000\n")
                .with("sys/fs/cgroup/cpu/job/cpu.cfs_quota_us", "50000\n")
                .with("sys/fs/cgroup/cpu/job/cpu.cfs_period_us", "100000\n")
                .with("sys/fs/cgroup/cpu/cpu.cfs_quota_us", "-1\n")
                .with("sys/fs/cgroup/cpu/cpu.cfs_period_us", "100000\n");

        Cgroup cgroup = Cgroup.read(machine.settings());

        assertThat(cgroup.memoryLimitBytes()).hasValue(5000);
        assertThat(cgroup.memoryHeadroomBytes()).as("never negative").hasValue(0);
        assertThat(cgroup.processors()).hasValue(0.5);
    }

    @Test
    void anUnlimitedGroupOfVersionOneIsNoLimit() {
        machine.with("proc/self/cgroup", "4:memory:/\n")
                .with("sys/fs/cgroup/memory/memory.limit_in_bytes", "9223372036854771712\n");

        assertThat(Cgroup.read(machine.settings()).memoryLimitBytes()).isEmpty();
    }
}
