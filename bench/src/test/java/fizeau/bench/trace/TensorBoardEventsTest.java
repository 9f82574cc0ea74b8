// SPDX-License-Identifier: Apache-2.0
package fizeau.bench.trace;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Event files, read back without the code that wrote them. */
class TensorBoardEventsTest {
    private static final Instant START = Instant.parse("2026-01-02T03:04:05.5Z");

    /** The check value of the CRC catalogues; without it the two sides could agree on something else. */
    @Test
    void theReaderComputesTheRightChecksum() {
        assertThat(EventFile.checksum("123456789".getBytes(StandardCharsets.US_ASCII)))
                .isEqualTo(0xe3069283);
    }

    @Test
    void scalarsComeBack() {
        TensorBoardEvents file = new TensorBoardEvents(START)
                .scalar("loss", 1, 250_000_000, 1.5)
                .scalar("milliseconds/iteration", 300, 2_000_000_000, 0.1)
                .scalar("x".repeat(200), 5_000_000_000L, 0, -3);
        List<EventFile.Event> events = EventFile.read(file.toBytes());
        assertThat(events).hasSize(4);
        assertThat(events.get(0).fileVersion()).isEqualTo("brain.Event:2");
        assertThat(events.get(0).wallTime()).isEqualTo(START.toEpochMilli() * 1e-3);
        assertThat(events.get(1).tag()).isEqualTo("loss");
        assertThat(events.get(1).value()).isEqualTo(1.5f);
        assertThat(events.get(1).wallTime() - events.get(0).wallTime()).isCloseTo(0.25, within(1e-6));
        assertThat(events.get(2).step()).isEqualTo(300);
        assertThat(events.get(2).value()).isEqualTo(0.1f);
        assertThat(events.get(3).tag()).hasSize(200);
        assertThat(events.get(3).step()).isEqualTo(5_000_000_000L);
    }

    @Test
    void aFlippedBitIsFound() {
        byte[] file = new TensorBoardEvents(START).scalar("loss", 1, 0, 1).toBytes();
        file[file.length - 6] ^= 1;
        assertThatThrownBy(() -> EventFile.read(file)).isInstanceOf(AssertionError.class);
    }

    @Test
    void theNameIsTheOneThatTensorBoardLooksFor() {
        assertThat(new TensorBoardEvents(START).fileName())
                .isEqualTo("events.out.tfevents." + START.getEpochSecond() + ".fizeau");
    }
}
