// SPDX-License-Identifier: Apache-2.0
package fizeau.bench.environment;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.net.InetAddress;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class EnvironmentTest {

    @TempDir
    Path root;

    private FakeMachine machine;

    @BeforeEach
    void machine() {
        machine = new FakeMachine(root);
    }

    @Test
    void thisMachineIsDescribedAndSurvivesJson() throws Exception {
        Environment environment = Environment.capture(List.of("compare", "--workload", "quick"));
        ObjectMapper mapper = new ObjectMapper();
        String json = mapper.writeValueAsString(environment);

        assertThat(mapper.readValue(json, Environment.class)).isEqualTo(environment);
        assertThat(environment.arguments()).containsExactly("compare", "--workload", "quick");
        assertThat(environment.jvm().version()).isEqualTo(Runtime.version().toString());
        assertThat(environment.jvm().collectors()).isNotEmpty();
        assertThat(environment.processor().usableProcessors())
                .isEqualTo(Runtime.getRuntime().availableProcessors());
        assertThat(environment.libraries().get("libtorch")).matches("\\d+\\.\\d+\\.\\d+-\\d.*");
        assertThat(environment.libraries()).containsKeys("OpenBLAS", "JavaCPP");
        String host = InetAddress.getLocalHost().getHostName();
        assertThat(words(mapper.readTree(json))).as("the host is not named").doesNotContain(host);
    }

    @Test
    void everyWordComesFromTheMachineShown() {
        machine.with("proc/cpuinfo", "model name\t: Test CPU 9000\nflags\t\t: fpu sse4_2 avx fma avx2 avx512f\n")
                .with("proc/meminfo", "MemTotal: 2048 kB\nMemAvailable: 1024 kB\n")
                .with("proc/loadavg", "0.25 1.50 2.75 3/89 5400\n")
                .with("etc/os-release", "NAME=X\nPRETTY_NAME=\"Test Linux 1\"\n")
                .with("sys/devices/system/cpu/cpu0/cpufreq/scaling_governor", "powersave\n")
                .with("proc/self/cgroup", "0::/\n")
                .with("sys/fs/cgroup/memory.max", "1000000\n")
                .with("sys/fs/cgroup/cpu.max", "250000 100000\n")
                .with("proc/driver/nvidia/version", "NVRM version: NVIDIA UNIX x86_64 Kernel Module  580.65.06  Sat\n")
                .with("proc/driver/nvidia/gpus/0000:01:00.0/information", "Model:  NVIDIA L4\n");
        Map<String, String> variables = Map.of("OMP_NUM_THREADS", "2", "OMP_WAIT_POLICY", "passive", "HOME", "/home/x");

        Environment environment = new EnvironmentCapture(
                        machine.settings(variables, Map.of("os.version", "6.1", "os.arch", "amd64")))
                .capture(List.of());

        assertThat(environment.processor().model()).isEqualTo("Test CPU 9000");
        assertThat(environment.processor().vectorLevel()).isEqualTo("AVX2+FMA");
        assertThat(environment.processor().governor()).isEqualTo("powersave");
        assertThat(environment.memory()).isEqualTo(new Environment.Memory(2048L * 1024, 1_000_000L));
        assertThat(environment.container()).isEqualTo(new Environment.Container(1_000_000L, 2.5));
        assertThat(environment.system()).isEqualTo(new Environment.OperatingSystem("Test Linux 1", "6.1", "amd64"));
        assertThat(environment.gpu()).isEqualTo(new Environment.Gpu("580.65.06", List.of("NVIDIA L4")));
        assertThat(environment.loadAverage()).containsExactly(0.25, 1.5, 2.75);
        assertThat(environment.threadVariables())
                .containsExactly(Map.entry("OMP_NUM_THREADS", "2"), Map.entry("OMP_WAIT_POLICY", "passive"));
    }

    @Test
    void whatIsNotToldIsUnknownAndLeftOutOfTheJson() throws Exception {
        Environment environment = new EnvironmentCapture(machine.settings()).capture(List.of());
        JsonNode json = new ObjectMapper().valueToTree(environment);

        assertThat(environment.processor().governor()).isEqualTo("unknown");
        assertThat(environment.system().kernel()).isEqualTo("unknown");
        assertThat(environment.gpu().driver()).isEqualTo("none");
        assertThat(json.at("/container/memoryLimitBytes").isMissingNode()).isTrue();
        assertThat(json.at("/memory/availableBytes").isMissingNode()).isTrue();
    }

    @Test
    void vectorLevelsOfOtherProcessors() {
        assertThat(VectorLevel.of("flags : avx avx2 fma avx512f avx512dq avx512bw avx512vl\n"))
                .contains("AVX-512");
        assertThat(VectorLevel.of("flags : sse4_2 avx\n")).contains("AVX");
        assertThat(VectorLevel.of("flags : sse sse2\n")).contains("below SSE4.2");
        assertThat(VectorLevel.of("Features\t: fp asimd crc32\n")).contains("NEON");
        assertThat(VectorLevel.of("Features\t: fp asimd sve\n")).contains("SVE");
        assertThat(VectorLevel.of("processor : 0\nvmx flags : avx2\n")).isEmpty();
    }

    @Test
    void aLibraryThatIsNotThereHasNoVersion() {
        assertThat(LibraryVersions.versionOf("org.example/absent")).isEqualTo("unknown");
    }

    private static List<String> words(JsonNode node) {
        List<String> words = new ArrayList<>();
        if (node.isTextual()) {
            words.add(node.asText());
        }
        node.forEach(child -> words.addAll(words(child)));
        return words;
    }
}
