// SPDX-License-Identifier: Apache-2.0
package fizeau.bench.trace;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import fizeau.bench.files.Json;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The document that trace viewers open. */
class ChromeTraceTest {
    private static final List<Range> RANGES = List.of(
            new Range("sample", 1, -1, 1_001, 90_000, null),
            new Range("iteration", 1, 0, 2_345, 40_000, 0.5),
            new Range("forward", 1, 1, 2_345, 12_000, null),
            new Range("backward", 1, 1, 12_000, 40_000, null),
            new Range("iteration", 2, 0, 40_000, 90_000, 0.25));

    private final JsonNode document = Json.tree(ChromeTrace.of(
            "fizeau", 4711, "training", Instant.EPOCH, new ChromeTrace.Counter("iteration", "loss"), RANGES));

    @Test
    void keepsTheRulesOfTheFormat() {
        assertThat(TraceFormat.violations(document)).isEmpty();
    }

    @Test
    void timesAreMicrosecondsToTheNanosecond() {
        JsonNode forward = event(4);
        assertThat(forward.path("name").asText()).isEqualTo("forward");
        assertThat(forward.path("ts").asDouble()).isEqualTo(2.345);
        assertThat(forward.path("dur").asDouble()).isEqualTo(9.655);
        assertThat(forward.path("pid").asLong()).isEqualTo(4711);
        assertThat(forward.path("cat").asText()).isEqualTo("iteration");
    }

    @Test
    void valuesBecomeACounter() {
        JsonNode counter = event(8);
        assertThat(counter.path("ph").asText()).isEqualTo("C");
        assertThat(counter.path("ts").asDouble()).isEqualTo(90.0);
        assertThat(counter.path("args").path("loss").asDouble()).isEqualTo(0.25);
        assertThat(document.path("traceEvents")).hasSize(9);
    }

    /** The check itself finds what it is there to find. */
    @ParameterizedTest
    @CsvSource({
        "4, dur, 99.0, ends after",
        "4, dur, -1.0, no number of zero or more",
        "5, ts, 0.5, starts before",
        "3, ph, Q, unknown",
        "2, tid, 7, no thread_name 4711/7",
    })
    void brokenDocumentsAreFound(int index, String field, String value, String words) {
        ObjectNode broken = (ObjectNode) event(index);
        if (field.equals("ph")) {
            broken.put(field, value);
        } else {
            broken.put(field, Double.parseDouble(value));
        }
        if (field.equals("tid")) {
            broken.put(field, Integer.parseInt(value));
        }
        assertThat(TraceFormat.violations(document)).anyMatch(violation -> violation.contains(words));
    }

    private JsonNode event(int index) {
        return document.path("traceEvents").path(index);
    }
}
