// SPDX-License-Identifier: Apache-2.0
package fizeau.bench.training;

import static org.assertj.core.api.Assertions.assertThat;

import fizeau.backend.SessionReport;
import fizeau.backend.TrainingSession;
import fizeau.backend.TrainingSpec;
import fizeau.bench.protocol.WarmUpRule;
import fizeau.bench.workload.Workload;
import fizeau.optics.PixelPosition;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

@Tag("alone")
class WarmUpTest {

    private final Sessions sessions = new Sessions();

    @Test
    void everyPassTrainsFromTheBeginningWithMoreThanOneIterationASample() {
        WarmUp.Result result = warmUp(Campaigns.workload(), new WarmUpRule(0, 5, 1e9));

        assertThat(sessions.samples).as("first pass and two that agree").hasSizeGreaterThanOrEqualTo(3);
        List<PixelPosition> scan = Campaigns.workload().centres();
        assertThat(sessions.samples).allSatisfy(samples -> assertThat(samples).isEqualTo(scan));
        assertThat(sessions.iterations.subList(0, scan.size())).containsOnly(1);
        assertThat(sessions.iterations.subList(scan.size(), sessions.iterations.size()))
                .allSatisfy(count -> assertThat(count).isBetween(3, 6));
        assertThat(sessions.open).isZero();
        assertThat(result.iterations())
                .isEqualTo(
                        sessions.iterations.stream().mapToInt(Integer::intValue).sum());
        assertThat(result.stationary()).isTrue();
    }

    @Test
    void aSampleHasNoMoreIterationsThanOneOfTheWorkload() {
        Workload usual = Campaigns.workload();
        warmUp(
                new Workload(
                        "custom",
                        usual.objectSize(),
                        usual.imageSize(),
                        usual.apertureRadius(),
                        usual.pattern(),
                        usual.patternRadius(),
                        usual.samples(),
                        2,
                        usual.learningRate(),
                        usual.seed(),
                        usual.object(),
                        usual.objectDigest()),
                new WarmUpRule(0, 5, 1e9));

        assertThat(sessions.iterations).isSubsetOf(1, 2).contains(2);
    }

    private WarmUp.Result warmUp(Workload workload, WarmUpRule rule) {
        TrainingJob job =
                new TrainingJob(workload, FakeSessions.variant(FakeSessions.HONEST), 1, "object.npy", null, rule, 1);
        float[] object = Campaigns.object().toArray();
        return new WarmUp(
                        job, new TrainingInput(workload.training(), object, new float[0], workload.centres()), sessions)
                .run();
    }

    /** Remembers the samples of each session and the iterations of each sample. */
    private static final class Sessions implements SessionFactory {
        private final List<List<PixelPosition>> samples = new ArrayList<>();
        private final List<Integer> iterations = new ArrayList<>();
        private int open;

        @Override
        public String description() {
            return "remembers";
        }

        @Override
        public TrainingSession openSession(TrainingSpec spec, float[] object, float[] initialParameters) {
            open++;
            List<PixelPosition> own = new ArrayList<>();
            samples.add(own);
            return new TrainingSession() {
                @Override
                public void beginSample(PixelPosition centre) {
                    own.add(centre);
                }

                @Override
                public void iterate(int count, float[] losses) {
                    iterations.add(count);
                }

                @Override
                public void endSample() {
                    // nothing is under way
                }

                @Override
                public float[] estimate() {
                    return object.clone();
                }

                @Override
                public SessionReport report() {
                    return new SessionReport(Map.of(), Map.of(), 0);
                }

                @Override
                public void close() {
                    open--;
                }
            };
        }

        @Override
        public void close() {
            // nothing is shared
        }
    }
}
