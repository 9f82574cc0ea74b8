// SPDX-License-Identifier: Apache-2.0
package fizeau.bench.infer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import fizeau.bench.infer.xla.XlaLibrary;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The programming interface, in fresh processes on the smallest network. */
class InferenceBenchmarkTest {
    @TempDir
    private Path folder;

    @Test
    void theDefaultsAreTheOriginals() {
        BenchmarkConfig config = BenchmarkConfig.of("libtorch", "resnet50");
        assertThat(config.devicePrefer()).isEqualTo("auto");
        assertThat(config.batchSizes()).containsExactly(1, 8, 32, 128);
        assertThat(config.warmupIterations()).isEqualTo(10);
        assertThat(config.measurementIterations()).isEqualTo(50);
        assertThat(config.inputShape()).containsExactly(3, 224, 224);
        assertThat(config.dtype()).isEqualTo("float32");
        assertThat(config.dataSource()).isEqualTo("synthetic");
        assertThat(config.csvOutputDir()).isEqualTo(Path.of("results", "raw"));
        assertThat(config.verbose()).isTrue();
    }

    @Test
    void configurationsThatCannotBeRunAreRefused() {
        assertThatThrownBy(() -> BenchmarkConfig.of("libtorch", "vgg16"))
                .hasMessageContaining("model vgg16 is unknown");
        assertThatThrownBy(() -> new BenchmarkConfig(
                        "libtorch",
                        "resnet50",
                        "auto",
                        List.of(1),
                        1,
                        1,
                        List.of(3, 64, 64),
                        "float32",
                        "synthetic",
                        folder,
                        false))
                .hasMessageContaining("input shape [3, 64, 64] does not suit resnet50: use [3, 224, 224]");
        assertThatThrownBy(() -> BenchmarkConfig.requireDevice("tpu")).hasMessageContaining("does not exist");
    }

    @Test
    void aBenchmarkGivesARowForEachBatchSizeAndATable() throws IOException {
        BenchmarkConfig config = BenchmarkConfig.of("engine", "vit_tiny")
                .withBatchSizes(List.of(2))
                .withIterations(1, 4)
                .withCsvOutputDir(folder);
        List<InferRow> rows = InferenceBenchmark.runInferenceBenchmark(config);
        assertThat(rows).singleElement().satisfies(row -> {
            assertThat(row.measured()).as(row.reason()).isTrue();
            assertThat(row.timings().calls()).isEqualTo(4 * 5);
            assertThat(row.batchSize()).isEqualTo(2);
        });
        try (var files = Files.list(folder)) {
            Path table = files.filter(file -> file.toString().endsWith(".csv"))
                    .findFirst()
                    .orElseThrow();
            List<Map<String, String>> read = InferCsv.read(table);
            assertThat(read).singleElement().satisfies(row -> assertThat(row).containsEntry("model", "vit_tiny"));
        }
    }

    /** A round suffices here: that a benchmark takes five is shown above. */
    @Test
    void aSuiteRunsEveryFrameworkOnEveryModel() {
        BenchmarkConfig config = BenchmarkConfig.of("engine", "vit_tiny")
                .withBatchSizes(List.of(2))
                .withIterations(1, 2)
                .withCsvOutputDir(folder);
        List<InferRow> rows = InferenceBenchmark.runBenchmarkSuite(
                List.of("resnet_tiny", "vit_tiny"), List.of("engine", "xla"), config, 1);
        assertThat(rows)
                .extracting(row -> row.model() + " " + row.batchSize() + " " + row.framework())
                .containsExactly("resnet_tiny 2 engine", "resnet_tiny 2 xla", "vit_tiny 2 engine", "vit_tiny 2 xla");
        boolean xla = XlaLibrary.unavailability().isEmpty();
        assertThat(rows)
                .allSatisfy(row -> assertThat(row.measured())
                        .as(row.reason())
                        .isEqualTo(xla || row.framework().equals("engine")));
        assertThatThrownBy(() -> InferenceBenchmark.runBenchmarkSuite(List.of("vgg16"), List.of("all"), List.of(1)))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("model vgg16 is unknown");
    }
}
