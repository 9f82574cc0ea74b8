// SPDX-License-Identifier: Apache-2.0
package fizeau.bench.eager;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import fizeau.backend.SessionReport;
import fizeau.backend.TrainingSpec;
import fizeau.cache.CacheStatistics;
import fizeau.optics.CircularAperture;
import fizeau.optics.Mask;
import fizeau.optics.PixelPosition;
import fizeau.optics.Shape;
import fizeau.reconstruct.DecoderLayout;
import fizeau.reconstruct.DecoderSpec;
import java.util.Arrays;
import java.util.function.ToDoubleFunction;
import org.bytedeco.javacpp.Pointer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class EagerTrainingSessionTest {

    private static EagerTrainingSession open(boolean measureOnce) {
        return new EagerTrainingSession(
                EagerFixture.SPEC, EagerFixture.object(), EagerFixture.parameters(), measureOnce, 1);
    }

    private static double[] measure(double[] object, Mask mask) {
        return ReferenceTelescope.measure(object, EagerFixture.OBJECT, mask);
    }

    private static Mask mask(PixelPosition centre) {
        return EagerFixture.SPEC.aperture().mask(EagerFixture.FRAME, centre);
    }

    private static double[] decode(double[] parameters) {
        return new ReferenceDecoder(DecoderLayout.of(EagerFixture.SPEC.decoder())).forward(parameters);
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void firstSampleCountsItsOneImageTwice(boolean measureOnce) {
        float[] losses = new float[1];
        try (EagerTrainingSession session = open(measureOnce)) {
            session.beginSample(EagerFixture.FIRST);
            session.iterate(1, losses);
        }
        double single = ReferenceTelescope.normalisedL1(
                measure(decode(EagerFixture.doubles(EagerFixture.parameters())), mask(EagerFixture.FIRST)),
                measure(EagerFixture.doubles(EagerFixture.object()), mask(EagerFixture.FIRST)));
        assertThat((double) losses[0]).isCloseTo(2 * single, within(1e-5));
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void laterSamplesCompareWithTheFrozenEstimateAndTheTruth(boolean measureOnce) {
        float[] losses = new float[3];
        double[] frozen;
        double[] now;
        try (EagerTrainingSession session = open(measureOnce)) {
            session.beginSample(EagerFixture.FIRST);
            session.iterate(3, losses);
            session.endSample();
            frozen = decode(EagerFixture.doubles(session.parameters()));
            session.beginSample(EagerFixture.SECOND);
            session.iterate(2, losses);
            now = decode(EagerFixture.doubles(session.parameters()));
            session.iterate(1, losses);
        }
        double[] truth = EagerFixture.doubles(EagerFixture.object());
        Mask seen = mask(EagerFixture.FIRST);
        Mask fresh = mask(EagerFixture.SECOND);
        double expected = ReferenceTelescope.normalisedL1(measure(now, seen), measure(frozen, seen))
                + ReferenceTelescope.normalisedL1(measure(now, fresh), measure(truth, fresh));
        assertThat((double) losses[0]).isCloseTo(expected, within(1e-5));
    }

    @Test
    void oldLossIsZeroWhenASampleStarts() {
        float[] losses = new float[2];
        double[] now;
        try (EagerTrainingSession session = open(false)) {
            session.beginSample(EagerFixture.FIRST);
            session.iterate(2, losses);
            session.endSample();
            now = decode(EagerFixture.doubles(session.parameters()));
            session.beginSample(EagerFixture.SECOND);
            session.iterate(1, losses);
        }
        double newLoss = ReferenceTelescope.normalisedL1(
                measure(now, mask(EagerFixture.SECOND)),
                measure(EagerFixture.doubles(EagerFixture.object()), mask(EagerFixture.SECOND)));
        assertThat((double) losses[0]).isCloseTo(newLoss, within(1e-5));
    }

    /** Adam's first step moves every weight by the learning rate against the sign of its gradient. */
    @Test
    void firstStepGoesAgainstTheGradientOfTheWholeLoss() {
        float[] start = EagerFixture.parameters();
        float[] after;
        try (EagerTrainingSession session = open(false)) {
            session.beginSample(EagerFixture.FIRST);
            session.iterate(1, new float[1]);
            after = session.parameters();
        }
        Mask seen = mask(EagerFixture.FIRST);
        double[] target = measure(EagerFixture.doubles(EagerFixture.object()), seen);
        DecoderLayout layout = DecoderLayout.of(EagerFixture.SPEC.decoder());
        ReferenceDecoder reference = new ReferenceDecoder(layout);
        ToDoubleFunction<double[]> loss =
                at -> 2 * ReferenceTelescope.normalisedL1(measure(reference.forward(at), seen), target);
        double[] at = EagerFixture.doubles(start);
        int decided = 0;
        for (int i : EagerFixture.probes(layout)) {
            double gradient = EagerFixture.slope(loss, at, i);
            if (Math.abs(gradient) > 1e-5) { // below that single precision may get the sign wrong
                decided++;
                assertThat((double) after[i] - start[i])
                        .as("parameter %d", i)
                        .isCloseTo(-1e-3 * Math.signum(gradient), within(2e-6));
            }
        }
        assertThat(decided).isGreaterThan(EagerFixture.probes(layout).size() / 2);
    }

    @Test
    void aFixedLatentStaysAndTheWeightsAreTrained() {
        TrainingSpec spec = EagerFixture.SPEC;
        TrainingSpec fixed = new TrainingSpec(
                spec.object(), spec.frame(), spec.aperture(), spec.decoder(), spec.learningRate(), true);
        float[] start = EagerFixture.parameters();
        float[] after;
        float[] losses = new float[3];
        try (EagerTrainingSession session = new EagerTrainingSession(fixed, EagerFixture.object(), start, false, 1)) {
            session.beginSample(EagerFixture.FIRST);
            session.iterate(3, losses);
            session.endSample();
            session.beginSample(EagerFixture.SECOND);
            session.iterate(3, losses);
            after = session.parameters();
        }
        int latent = spec.decoder().inputSize();
        assertThat(Arrays.copyOf(after, latent)).containsExactly(Arrays.copyOf(start, latent));
        assertThat(after[latent]).isNotEqualTo(start[latent]);
    }

    @Test
    void measuringOnceOrEveryTimeIsTheSameTraining() {
        assertThat(train(true)).containsExactly(train(false));
    }

    @Test
    void trainingIsDeterministicOnOneThread() {
        assertThat(train(false)).containsExactly(train(false));
    }

    private static float[] train(boolean measureOnce) {
        float[] losses = new float[10];
        try (EagerTrainingSession session = open(measureOnce)) {
            session.beginSample(EagerFixture.FIRST);
            session.iterate(5, losses);
            session.endSample();
            session.beginSample(EagerFixture.SECOND);
            float[] second = new float[5];
            session.iterate(5, second);
            session.endSample();
            System.arraycopy(second, 0, losses, 5, 5);
        }
        return losses;
    }

    @Test
    void trainingLowersTheLoss() {
        float[] losses = new float[60];
        try (EagerTrainingSession session = open(false)) {
            session.beginSample(EagerFixture.FIRST);
            session.iterate(60, losses);
        }
        assertThat(losses[59]).isLessThan(0.9f * losses[0]);
    }

    @Test
    void nativeMemoryDoesNotGrow() {
        TrainingSpec spec = new TrainingSpec(
                Shape.square(32), Shape.square(128), new CircularAperture(8), new DecoderSpec(64, 32, true), 1e-3);
        float[] losses = new float[100];
        try (EagerTrainingSession session = new EagerTrainingSession(
                spec, EagerFixture.random(1024, 1), EagerFixture.parameters(spec.decoder(), 2), false, 1)) {
            session.beginSample(EagerFixture.FIRST);
            session.iterate(10, losses);
            session.endSample();
            session.beginSample(EagerFixture.SECOND);
            session.iterate(50, losses);
            long pointers = Pointer.totalCount();
            long bytes = Pointer.physicalBytes();
            session.iterate(100, losses);
            session.iterate(100, losses);
            assertThat(Pointer.totalCount()).isEqualTo(pointers);
            // One forgotten 128 x 128 spectrum per iteration would be 25 MiB, beside the 10 MiB of the Java heap's own.
            assertThat(Pointer.physicalBytes() - bytes).isLessThan(24L << 20);
        }
    }

    @Test
    void closingReturnsEveryPointer() {
        train(false);
        long pointers = Pointer.totalCount();
        train(false);
        train(true);
        assertThat(Pointer.totalCount()).isEqualTo(pointers);
    }

    @Test
    void reportsNoCache() {
        try (EagerTrainingSession session = open(false)) {
            session.beginSample(EagerFixture.FIRST);
            session.iterate(1, new float[1]);
            SessionReport report = session.report();
            assertThat(report.caches()).containsOnlyKeys("measurement", "fft", "grid");
            assertThat(report.caches().values()).containsOnly(CacheStatistics.NONE);
            assertThat(report.nativeBytes()).isNotNegative();
        }
    }

    @Test
    void refusesWhatItCannotDo() {
        TrainingSpec oblong = new TrainingSpec(
                new Shape(8, 9), EagerFixture.FRAME, new CircularAperture(3), new DecoderSpec(16, 8, true), 1e-3);
        assertThatThrownBy(() -> new EagerTrainingSession(oblong, new float[72], EagerFixture.parameters(), false, 1))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("8 x 9");
        assertThatThrownBy(() ->
                        new EagerTrainingSession(EagerFixture.SPEC, new float[5], EagerFixture.parameters(), false, 1))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("got 5");
        assertThatThrownBy(() -> new EagerTrainingSession(
                        EagerFixture.SPEC, EagerFixture.object(), EagerFixture.parameters(), false, 0))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("at least 1");
        EagerTrainingSession session = open(false);
        assertThatThrownBy(() -> session.iterate(1, new float[1])).isInstanceOf(IllegalStateException.class);
        assertThatThrownBy(session::endSample).isInstanceOf(IllegalStateException.class);
        session.beginSample(EagerFixture.FIRST);
        assertThatThrownBy(() -> session.beginSample(EagerFixture.SECOND)).isInstanceOf(IllegalStateException.class);
        assertThatThrownBy(() -> session.iterate(2, new float[1])).isInstanceOf(IllegalArgumentException.class);
        session.close();
        session.close();
        assertThatThrownBy(session::estimate).isInstanceOf(IllegalStateException.class);
    }
}
