// SPDX-License-Identifier: Apache-2.0
package fizeau.bench.verify;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import fizeau.backend.Backend;
import fizeau.backend.cpu.CpuBackend;
import java.io.IOException;
import java.net.URISyntaxException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class GoldenVerificationTest {

    @TempDir
    Path folder;

    @Test
    void everyReferenceVectorAgreesOnTheCpu() throws URISyntaxException {
        GoldenSet set = committedSet();
        try (Backend cpu = CpuBackend.open(2)) {
            VerificationRecord record = GoldenVerification.run(set, List.of(cpu));
            assertThat(record.failed()).as(record.toText()).isZero();
            assertThat(record.notYet()).containsExactly("four_f", "line", "mopie", "propagator");
            assertThat(record.passed()).isEqualTo(record.cases());
            assertThat(record.cases() + record.notYetCases())
                    .isEqualTo(set.cases().size());
            assertThat(record.exitCode()).isZero();
            assertThat(record.backends()).containsExactly("cpu");
            assertThat(record.checks()).allMatch(ArrayCheck::passed);
            Set<String> onCpu = record.checks().stream()
                    .filter(check -> check.backend().equals("cpu"))
                    .map(ArrayCheck::group)
                    .collect(Collectors.toSet());
            assertThat(onCpu).containsExactlyInAnyOrder("fft", "telescope", "measurement", "loss_gradient", "decoder");
        }
    }

    @Test
    void everyExpectedArrayCounts() throws URISyntaxException {
        GoldenSet set = committedSet();
        List<String> expected = new ArrayList<>();
        for (GoldenCase golden : set.cases()) {
            for (GoldenArray array : golden.arrays().values()) {
                if (array.output() && !GroupChecks.isNotYet(golden.group())) {
                    int last = array.values().length - 1;
                    boolean mask = array.type() == ElementType.UINT8;
                    array.values()[last] =
                            mask ? 1 - array.values()[last] : array.values()[last] + 1 + array.magnitude();
                    expected.add(golden.name() + " / " + array.name().replace("_f64", ""));
                }
            }
        }
        try (Backend cpu = CpuBackend.open(2)) {
            Set<String> failed = GoldenVerification.run(set, List.of(cpu)).checks().stream()
                    .filter(check -> !check.passed())
                    .map(check -> check.caseName() + " / " + check.array().replaceAll(" .*", ""))
                    .collect(Collectors.toSet());
            assertThat(expected).hasSizeGreaterThan(100);
            assertThat(failed).containsAll(expected);
        }
    }

    @Test
    void everyExpectedNumberCounts() throws URISyntaxException {
        GoldenSet set = committedSet();
        List<String> expected = new ArrayList<>();
        for (GoldenCase golden : set.cases()) {
            if (!golden.scalars().isEmpty() && !GroupChecks.isNotYet(golden.group())) {
                alterNumbers(golden.scalars());
                expected.add(golden.name());
            }
        }
        expected.remove("retry_order"); // holds words only
        try (Backend cpu = CpuBackend.open(2)) {
            Set<String> failed = GoldenVerification.run(set, List.of(cpu)).checks().stream()
                    .filter(check -> !check.passed())
                    .map(ArrayCheck::caseName)
                    .collect(Collectors.toSet());
            assertThat(expected).hasSizeGreaterThan(20);
            assertThat(failed).containsExactlyInAnyOrderElementsOf(expected);
        }
    }

    @Test
    void aWrongValueFailsItsCaseAlone() throws IOException {
        GoldenFolder golden = new GoldenFolder(folder);
        addSorted(golden, "right", 1, 2, 3, 4);
        addSorted(golden, "wrong", 1, 2, 3, 4.001f);
        VerificationRecord record = GoldenVerification.run(golden.open(), List.of());
        assertThat(record.passed()).isEqualTo(1);
        assertThat(record.failed()).isEqualTo(1);
        assertThat(record.exitCode()).isEqualTo(1);
        ArrayCheck wrong = record.checks().get(1);
        assertThat(wrong.caseName()).isEqualTo("wrong");
        assertThat(wrong.array()).isEqualTo("sorted");
        assertThat(wrong.error()).isBetween(0.0009, 0.0011);
        assertThat(wrong.tolerance()).isBetween(4e-6, 4.1e-6);
        assertThat(record.toText()).contains("FAIL wrong / sorted on java").contains("1 passed, 1 failed");
    }

    @Test
    void aValueThatIsNotANumberFails() throws IOException {
        GoldenFolder golden = new GoldenFolder(folder);
        addSorted(golden, "hole", 1, 2, Float.NaN, 4);
        assertThat(GoldenVerification.run(golden.open(), List.of()).failed()).isEqualTo(1);
    }

    @Test
    void unknownGroupsFailAndFutureOnesDoNot() throws IOException {
        GoldenFolder golden = new GoldenFolder(folder);
        golden.addCase("polarisation", "new");
        golden.addCase("mopie", "later");
        VerificationRecord record = GoldenVerification.run(golden.open(), List.of());
        assertThat(record.cases()).isEqualTo(1);
        assertThat(record.failed()).isEqualTo(1);
        assertThat(record.notYet()).containsExactly("mopie");
        assertThat(record.notYetCases()).isEqualTo(1);
        assertThat(record.checks())
                .singleElement()
                .satisfies(check -> assertThat(check.note()).contains("polarisation is unknown"));
    }

    @Test
    void expectationsThatAreNotUnderstoodFail() throws IOException {
        GoldenFolder golden = new GoldenFolder(folder);
        ObjectNode extra = addSorted(golden, "extra", 1, 2, 3, 4);
        golden.addArray(extra, "mystery", "output", 1);
        extra.withObject("/scalars").put("riddle", 7);
        golden.addCase("pattern", "empty");
        VerificationRecord record = GoldenVerification.run(golden.open(), List.of());
        assertThat(record.failed()).isEqualTo(2);
        assertThat(record.toText())
                .contains("extra / mystery")
                .contains("extra / riddle")
                .contains("case empty describes no pattern that is understood");
    }

    @Test
    void withoutABackendNothingThatNeedsOnePasses() throws IOException {
        GoldenFolder golden = new GoldenFolder(folder);
        golden.addCase("fft", "transform");
        VerificationRecord record = GoldenVerification.run(golden.open(), List.of());
        assertThat(record.failed()).isEqualTo(1);
        assertThat(record.toText()).contains("no backend is present");
    }

    @Test
    void theRecordIsOneJsonDocument() throws IOException {
        GoldenFolder golden = new GoldenFolder(folder);
        addSorted(golden, "right", 1, 2, 3, 4);
        VerificationRecord record = GoldenVerification.run(golden.open(), List.of());
        JsonNode json = new ObjectMapper().valueToTree(record);
        assertThat(json.get("cases").intValue()).isEqualTo(1);
        assertThat(json.get("passed").intValue()).isEqualTo(1);
        assertThat(json.get("failed").intValue()).isZero();
        assertThat(json.get("notYet").isArray()).isTrue();
        assertThat(json.get("backends").isArray()).isTrue();
        assertThat(json.at("/checks/0/case").textValue()).isEqualTo("right");
        assertThat(json.at("/checks/0/verdict").textValue()).isEqualTo("pass");
        assertThat(json.has("exitCode")).isFalse();
    }

    private static GoldenSet committedSet() throws URISyntaxException {
        return GoldenSet.open(
                Path.of(GoldenVerificationTest.class.getResource("/golden").toURI()));
    }

    private static void alterNumbers(JsonNode node) {
        if (node instanceof ObjectNode object) {
            object.properties().forEach(field -> {
                if (field.getValue().isNumber()) {
                    object.put(field.getKey(), 1.5 * field.getValue().doubleValue() + 0.1);
                }
                alterNumbers(field.getValue());
            });
        } else if (node instanceof ArrayNode array) {
            for (int i = 0; i < array.size(); i++) {
                if (array.get(i).isNumber()) {
                    array.set(i, 1.5 * array.get(i).doubleValue() + 0.1);
                }
                alterNumbers(array.get(i));
            }
        }
    }

    /** A case that sorts two positions by radius; both already stand in order. */
    private static ObjectNode addSorted(GoldenFolder golden, String name, float... sorted) throws IOException {
        ObjectNode added = golden.addCase("pattern", name);
        golden.addArray(added, "points", "input", 1, 2, 3, 4);
        golden.addArray(added, "sorted", "output", sorted);
        return added;
    }
}
