// SPDX-License-Identifier: Apache-2.0
package fizeau.bench.trace;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import fizeau.backend.StageClock.Stage;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Nesting, numbers and totals of recorded ranges. */
class RangeRecorderTest {
    private final RangeRecorder recorder = new RangeRecorder(1); // too small on purpose: it grows

    @Test
    void rangesNestAndAreNumberedByName() {
        recorder.start();
        recorder.open("sample");
        for (int i = 0; i < 3; i++) {
            recorder.open("iteration");
            recorder.iterationStarted();
            for (Stage stage : Stage.values()) {
                recorder.stageEnded(stage);
            }
            recorder.close(0.5 * i);
        }
        recorder.close();
        recorder.stop();
        List<Range> ranges = recorder.ranges();
        assertThat(ranges).hasSize(1 + 3 * 5);
        Range last = ranges.get(11);
        assertThat(last.name()).isEqualTo("iteration");
        assertThat(last.number()).isEqualTo(3);
        assertThat(last.parent()).isZero();
        assertThat(last.value()).isEqualTo(1.0);
        assertThat(ranges.get(12).parent()).isEqualTo(11);
        for (Range range : ranges.subList(1, ranges.size())) {
            Range around = ranges.get(range.parent());
            assertThat(range.startNanos()).isBetween(around.startNanos(), around.endNanos());
            assertThat(range.endNanos()).isBetween(range.startNanos(), around.endNanos());
        }
        assertThat(ranges).isSortedAccordingTo((a, b) -> Long.compare(a.startNanos(), b.startNanos()));
    }

    @Test
    void nothingIsRecordedWhileItDoesNotListen() {
        recorder.open("before");
        recorder.close();
        recorder.iterationStarted();
        recorder.stageEnded(Stage.FORWARD);
        assertThat(recorder.ranges()).isEmpty();
    }

    @Test
    void wrongOrderIsRefused() {
        recorder.start();
        assertThatThrownBy(recorder::close).isInstanceOf(IllegalStateException.class);
        recorder.open("sample");
        assertThatThrownBy(recorder::stop)
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("sample");
    }

    @Test
    void startForgetsWhatWasRecorded() {
        recorder.start();
        recorder.open("first");
        recorder.close();
        recorder.start();
        recorder.open("second");
        recorder.close();
        recorder.stop();
        assertThat(recorder.ranges()).extracting(Range::name).containsExactly("second");
    }

    @Test
    void statisticsSeparateSelfTimeFromTheTimeInside() {
        List<RangeStatistics> statistics = RangeStatistics.of(List.of(
                new Range("sample", 1, -1, 0, 100, null),
                new Range("iteration", 1, 0, 10, 50, 1.0),
                new Range("forward", 1, 1, 12, 20, null),
                new Range("iteration", 2, 0, 50, 80, 1.0),
                new Range("forward", 2, 3, 55, 75, null)));
        assertThat(statistics)
                .containsExactly(
                        new RangeStatistics("sample", 0, 1, 100, 30, 100),
                        new RangeStatistics("iteration", 1, 2, 70, 42, 35),
                        new RangeStatistics("forward", 2, 2, 28, 28, 14));
    }
}
