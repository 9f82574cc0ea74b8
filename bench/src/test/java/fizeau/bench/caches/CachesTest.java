// SPDX-License-Identifier: Apache-2.0
package fizeau.bench.caches;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import fizeau.bench.files.Json;
import fizeau.bench.files.RunFolder;
import fizeau.bench.protocol.Interference;
import fizeau.bench.protocol.JobReport;
import fizeau.bench.protocol.MemoryUse;
import fizeau.bench.protocol.Progress;
import fizeau.bench.protocol.ProtocolSpec;
import fizeau.bench.protocol.RoundLoop;
import fizeau.bench.protocol.WarmUpRule;
import fizeau.bench.report.CachesFiles;
import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.OptionalLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The micro benchmarks: tiny real ones in this process, and what becomes of wrong values and missing memory. */
class CachesTest {
    private static final ProtocolSpec ONE_ROUND = new ProtocolSpec(1, 0, 0, 1, 0.95, 1, new WarmUpRule(0, 0.01, 0.5));

    @TempDir
    private Path root;

    @Test
    void everyCacheIsTimedAtEverySize() throws Exception {
        RunFolder folder = folder();
        CacheCampaign.Result result =
                run((job, progress) -> new CacheCostRunner().run(job, 0, progress), folder, List.of(64, 128));
        assertThat(result.wrong()).isEmpty();
        assertThat(result.lines())
                .extracting(line -> line.name() + " " + line.imageSize())
                .containsExactly(
                        "measurement 64",
                        "fft 64",
                        "grid 64",
                        "mask 64",
                        "measurement 128",
                        "fft 128",
                        "grid 128",
                        "mask 128");
        assertThat(result.lines()).allSatisfy(line -> {
            assertThat(line.recomputeNanos()).isPositive();
            assertThat(line.hitNanos()).isPositive();
            assertThat(line.missNanos()).isGreaterThan(line.recomputeNanos());
            assertThat(line.isolated().ratio()).isCloseTo(line.recomputeNanos() / line.hitNanos(), within(1e-9));
        });
        assertThat(result.lines().get(0).bytes()).isEqualTo(4L * 64 * 64 * Float.BYTES);
        CachesFiles files = new CachesFiles(folder);
        files.announce();
        CachesRecord record = MadeUpCaches.record(folder, result, List.of(64, 128), ONE_ROUND);
        files.write(record);
        assertContract(record);
        folder.finish();
        assertThat(Json.readTree(folder.path().resolve("manifest.json"))
                        .path("state")
                        .asText())
                .isEqualTo("complete");
        assertThat(Files.readString(folder.path().resolve("report.txt")))
                .contains("16.04 x  measurement cache in isolation; ours: ")
                .contains("0.94 x  all caches end to end")
                .contains("0.61 x  FFT cache, Fresnel; ours: ");
    }

    /** The fields that scripts rely on, under the names that an ablation has too. */
    private static void assertContract(CachesRecord record) {
        for (JsonNode cache : Json.parse(Json.text(record), JsonNode.class).path("caches")) {
            assertThat(cache.fieldNames())
                    .toIterable()
                    .contains(
                            "name",
                            "hits",
                            "misses",
                            "hitNanos",
                            "missNanos",
                            "recomputeNanos",
                            "breakEvenHitRate",
                            "pays",
                            "realLoopHitRate");
            boolean measurement = cache.path("name").asText().equals("measurement");
            double rate = cache.path("hits").asDouble()
                    / (cache.path("hits").asLong() + cache.path("misses").asLong());
            assertThat(rate).isCloseTo(0.98, within(1e-12));
            assertThat(cache.path("realLoopHitRate").asDouble()).isCloseTo(measurement ? 0 : 0.98, within(1e-12));
            assertThat(cache.path("paysInRealLoop").asBoolean() && measurement).isFalse();
            assertThat(cache.path("rounds")).hasSize(1);
        }
    }

    @Test
    void aCacheThatKeepsSomethingElseIsNotTimed() {
        RoundLoop.Executor liar = (job, progress) -> new JobReport(
                job.variant(),
                job.round(),
                new JobReport.Phases(0, 0, 0, 0, true, 1),
                new MemoryUse(null, 0, 0),
                Interference.NONE,
                Json.tree(new CacheCosts(List.of(), List.of(), List.of("fft"))));
        CacheCampaign.Result result = run(liar, folder(), List.of(64));
        assertThat(result.lines()).isEmpty();
        assertThat(result.wrong()).singleElement().asString().contains("fft cache at 64 pixels");
    }

    @Test
    void breakEvenIsWhereLookUpsCostAsMuchAsTheWork() {
        CacheCost cost = new CacheCost("any", 2, 64, 0, 0, 1000, 100, 50, 0);
        double rate = cost.breakEvenHitRate();
        assertThat(rate * 100 + (1 - rate) * cost.missNanos()).isCloseTo(1000, within(1e-9));
        assertThat(new CacheCost("any", 2, 64, 0, 0, 100, 100, 50, 0).breakEvenHitRate())
                .isNull();
    }

    @Test
    void sizesThatDoNotFitAreLeftOutAndNamed() {
        CacheSizes some = CacheSizes.fitting(List.of(2048, 64, 64), OptionalLong.of(1_000_000_000));
        assertThat(some.sizes()).containsExactly(64);
        assertThat(some.leftOut()).singleElement().asString().contains("size 2048 was left out");
        assertThatThrownBy(() -> CacheSizes.fitting(List.of(64), OptionalLong.of(1)))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("size 64 was left out")
                .hasMessageContaining("use smaller --sizes");
        assertThatThrownBy(() -> CacheSizes.fitting(List.of(130), OptionalLong.empty()))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("--sizes 130 is not possible");
    }

    private RunFolder folder() {
        return RunFolder.create(root, "caches", Instant.parse("2026-11-21T12:00:00Z"));
    }

    private static CacheCampaign.Result run(RoundLoop.Executor executor, RunFolder folder, List<Integer> sizes) {
        Progress quiet = new Progress(new PrintStream(OutputStream.nullOutputStream()), false);
        List<CacheCostJob> jobs =
                CacheSizes.fitting(sizes, OptionalLong.empty()).jobs(1, "cpu", 0.001, 1);
        return new CacheCampaign(ONE_ROUND, folder, executor, quiet).run(jobs);
    }
}
