// SPDX-License-Identifier: Apache-2.0
package fizeau.bench.report;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import fizeau.bench.ablation.MadeUpAblation;
import fizeau.bench.caches.MadeUpCaches;
import fizeau.bench.files.Json;
import fizeau.bench.training.TrainingRecord;
import java.nio.file.Path;
import java.util.Map;
import java.util.function.Consumer;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Two results held against each other. */
class GateAndReproductionTest {

    @TempDir
    private Path root;

    private TrainingRecord record;

    @BeforeEach
    void aRecord() {
        record = MadeUpRun.of(root, Map.of("baseline", 6.0, "optimized", 2.0)).record();
    }

    @Test
    void noisePassesAndASlowdownFails() {
        TrainingRecord noisy =
                MadeUpRun.of(root, Map.of("baseline", 6.1, "optimized", 2.05)).record();
        assertThat(RegressionGate.judge(record, noisy, 0.05).passed()).isTrue();
        TrainingRecord slow =
                MadeUpRun.of(root, Map.of("baseline", 6.0, "optimized", 2.4)).record();
        RegressionGate.Outcome outcome = RegressionGate.judge(record, slow, 0.05);
        assertThat(outcome.passed()).isFalse();
        assertThat(outcome.toText()).contains("optimized: +").contains("FAIL").endsWith("gate failed\n");
        assertThat(RegressionGate.judge(slow, record, 0.05).passed()).isTrue();
        assertThat(RegressionGate.judge(record, slow, 0.5).passed()).isTrue();
    }

    @ParameterizedTest
    @CsvSource({
        "/device, cuda, differ in device (cpu and cuda)",
        "/workload/epochs, 7, differ in workload epochs (25 and 7)",
        "/workload/objectDigest, f00, differ in workload objectDigest",
        "/environment/processor/model, other, differ in processor model",
        "/environment/processor/usableProcessors, 64, differ in usable processors (2 and 64)",
        "/protocol/warmUp/maxSeconds, 9, differ in protocol warm-up maxSeconds",
        "/protocol/level, 0.9, differ in protocol level",
        "/kind, simulated, differ in kind (measured and measured and simulated)"
    })
    void whatDiffersIsNamed(String pointer, String value, String words) {
        TrainingRecord other = changed(tree -> {
            int cut = pointer.lastIndexOf('/');
            ObjectNode parent = (ObjectNode) tree.at(pointer.substring(0, cut));
            String name = pointer.substring(cut + 1);
            if (parent.get(name).isIntegralNumber()) {
                parent.put(name, Integer.parseInt(value));
            } else if (parent.get(name).isNumber()) {
                parent.put(name, Double.parseDouble(value));
            } else {
                parent.put(name, value);
            }
        });
        assertThatThrownBy(() -> RegressionGate.judge(record, other, 0.05))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining(words)
                .hasMessageNotContaining("\n");
    }

    @Test
    void simulatedTimesAreNotJudged() {
        TrainingRecord simulated = changed(tree -> tree.put("kind", "simulated"));
        assertThatThrownBy(() -> RegressionGate.judge(simulated, simulated, 0.05))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("simulated");
    }

    @Test
    void aReproductionTellsHowTimesMovedAndWhatIsDifferent() {
        TrainingRecord again =
                MadeUpRun.of(root, Map.of("baseline", 6.0, "optimized", 3.0)).record();
        Reproduction reproduction = reproduction(record, again);
        assertThat(reproduction.timings())
                .filteredOn(line -> line.name().equals("optimized"))
                .singleElement()
                .satisfies(line -> {
                    assertThat(line.ratio()).isCloseTo(1.5, within(0.1));
                    assertThat(line.low()).isGreaterThan(1);
                });
        assertThat(reproduction.toText())
                .contains("optimized: slower than at first")
                .contains("machine, software, workload and protocol are the same");
        TrainingRecord elsewhere =
                changed(tree -> ((ObjectNode) tree.at("/environment/processor")).put("model", "another"));
        assertThat(reproduction(record, elsewhere).differences())
                .containsExactly("environment processor model was made-up processor and is another");
        assertThat(reproduction(record, elsewhere).toText()).contains("the times agree");
    }

    @Test
    void anAblationAndCachesAreReproducedToo() {
        ResultFile ablation = ResultFile.open(MadeUpAblation.write(root.resolve("first"), 1.5));
        ResultFile slower = ResultFile.open(MadeUpAblation.write(root.resolve("again"), 3));
        assertThat(Reproduction.of(ablation, slower).toText()).contains("optimized: slower than at first", "first, s");
        ResultFile caches = ResultFile.open(MadeUpCaches.write(root.resolve("first"), 1));
        ResultFile dearer = ResultFile.open(MadeUpCaches.write(root.resolve("again"), 2));
        Reproduction reproduction = Reproduction.of(caches, dearer);
        assertThat(reproduction.unit()).isEqualTo("ns");
        assertThat(reproduction.timings())
                .filteredOn(line -> line.name().endsWith(" hit"))
                .isNotEmpty()
                .allSatisfy(line -> assertThat(line.ratio()).isCloseTo(2, within(0.2)));
        assertThatThrownBy(() -> Reproduction.of(ablation, caches)).hasMessageContaining("differ in schema");
    }

    private Reproduction reproduction(TrainingRecord first, TrainingRecord again) {
        return Reproduction.of(ResultFile.of(Json.tree(first), root), ResultFile.of(Json.tree(again), root));
    }

    private TrainingRecord changed(Consumer<ObjectNode> change) {
        JsonNode tree = Json.parse(Json.text(record), JsonNode.class);
        change.accept((ObjectNode) tree);
        return Json.value(tree, TrainingRecord.class);
    }
}
