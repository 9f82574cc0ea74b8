// SPDX-License-Identifier: Apache-2.0
package fizeau.bench.protocol;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.node.NullNode;
import fizeau.bench.protocol.JobFailure.JobFailedException;
import fizeau.bench.training.Campaigns;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

@Tag("alone")
class RoundLoopTest {
    private static final List<String> VARIANTS = List.of("a", "b", "c");

    @Test
    void everyRoundHoldsEveryVariantOnceInShuffledOrder() {
        Schedule schedule = new Schedule(VARIANTS, 4);
        List<List<String>> rounds =
                IntStream.range(0, 60).mapToObj(i -> schedule.nextRound()).toList();
        assertThat(rounds).allSatisfy(round -> assertThat(round).containsExactlyInAnyOrderElementsOf(VARIANTS));
        Set<String> orders = new TreeSet<>();
        rounds.forEach(round -> orders.add(String.join("", round)));
        assertThat(orders).hasSize(6);
        Schedule again = new Schedule(VARIANTS, 4);
        assertThat(again.nextRound()).isEqualTo(rounds.get(0));
        assertThat(again.nextRound()).isEqualTo(rounds.get(1));
    }

    @Test
    void reportsAreKeptAsTheyCome() {
        List<String> kept = new ArrayList<>();
        RoundLoop.Rounds rounds = loop(protocol(2, 0, 0))
                .run(VARIANTS, RoundLoopTest::job, report -> kept.add(report.variant() + report.round()));
        assertThat(kept).containsExactlyInAnyOrder("a1", "b1", "c1", "a2", "b2", "c2");
        assertThat(rounds.rounds()).isEqualTo(2);
        assertThat(rounds.remarks()).isEmpty();
    }

    @Test
    void aFailedJobDoesNotStopTheOthers() {
        RoundLoop loop = new RoundLoop(
                protocol(2, 0, 0),
                (job, progress) -> {
                    if (job.variant().equals("b") && job.round() == 1) {
                        throw new JobFailedException(new JobFailure("b", 1, "variant b in round 1 was killed", false));
                    }
                    return report(job, 1);
                },
                Campaigns.quiet());
        RoundLoop.Rounds rounds = loop.run(VARIANTS, RoundLoopTest::job, report -> {});
        assertThat(rounds.reports()).hasSize(5);
        assertThat(rounds.failures()).singleElement().satisfies(failure -> {
            assertThat(failure.variant()).isEqualTo("b");
            assertThat(failure.round()).isEqualTo(1);
        });
    }

    @Test
    void badInputOfAChildEndsTheRun() {
        RoundLoop loop = new RoundLoop(
                protocol(2, 0, 0),
                (job, progress) -> {
                    throw new JobFailedException(new JobFailure("a", 1, "--plan x is unknown: use auto", true));
                },
                Campaigns.quiet());
        assertThatThrownBy(() -> loop.run(VARIANTS, RoundLoopTest::job, report -> {}))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("--plan x is unknown: use auto");
    }

    @Test
    void roundsAreAddedUntilThereIsEnoughTime() {
        RoundLoop.Rounds rounds = loop(protocol(1, 3.5, 0)).run(VARIANTS, RoundLoopTest::job, report -> {});
        assertThat(rounds.rounds()).isEqualTo(4);
        assertThat(rounds.remarks()).singleElement().asString().contains("3 rounds were added");
    }

    @Test
    void noRoundStartsThatWouldEndTooLate() {
        RoundLoop.Rounds rounds = loop(protocol(50, 0, 1e-9)).run(VARIANTS, RoundLoopTest::job, report -> {});
        assertThat(rounds.rounds()).isEqualTo(1);
        assertThat(rounds.remarks()).singleElement().asString().contains("stopped after 1 of 50 rounds");
    }

    private static RoundLoop loop(ProtocolSpec spec) {
        return new RoundLoop(spec, (job, progress) -> report(job, 1), Campaigns.quiet());
    }

    private static ProtocolSpec protocol(int rounds, double minTime, double maxSeconds) {
        return new ProtocolSpec(rounds, minTime, maxSeconds, 1, 0.95, 0.02, WarmUpRule.quick());
    }

    private static Job job(String variant, int round) {
        return new Job("any", variant, round, NullNode.instance);
    }

    private static JobReport report(Job job, double timedSeconds) {
        return new JobReport(
                job.variant(),
                job.round(),
                new JobReport.Phases(0, 0, 0, 0, true, timedSeconds),
                new MemoryUse(null, 0, 0),
                Interference.NONE,
                NullNode.instance);
    }
}
