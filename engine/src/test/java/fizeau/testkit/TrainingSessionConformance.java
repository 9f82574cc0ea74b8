// SPDX-License-Identifier: Apache-2.0
package fizeau.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import fizeau.backend.Plan;
import fizeau.backend.SessionReport;
import fizeau.backend.Switches;
import fizeau.backend.TrainingSession;
import fizeau.backend.TrainingSpec;
import fizeau.cache.CacheStatistics;
import fizeau.optics.CircularAperture;
import fizeau.optics.PixelPosition;
import fizeau.optics.Shape;
import fizeau.reconstruct.DecoderInitializer;
import fizeau.reconstruct.DecoderLayout;
import fizeau.reconstruct.DecoderSpec;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Whole reconstructions of a small object, with every setting of the switches, against {@link ReferenceTraining}. */
public abstract class TrainingSessionConformance extends BackendConformance {
    protected static final int ITERATIONS = 5;
    protected static final List<PixelPosition> CENTRES =
            List.of(PixelPosition.CENTRE, new PixelPosition(3, -4), new PixelPosition(-5, 2.5));

    /**
     * A tenth of the usual one. The loss takes signs of differences and Adam makes a full step of however small a gradient,
     * so that rounding sends training another, equally right way; by how far grows with the step.
     */
    private static final double LEARNING_RATE = 1e-4;

    protected static final TrainingSpec SPEC = spec(Shape.square(32));
    private static final float[] OBJECT = scene();

    private static final float[] START = start(SPEC);

    /** The plans that the backend trains with, {@link Plan#MATRIX} among them. */
    protected Set<Plan> trainingPlans() {
        return EnumSet.allOf(Plan.class);
    }

    /** Everything on, everything off, each switch off alone, every plan, several threads. */
    static Stream<Switches> settings() {
        List<Switches> settings = new ArrayList<>();
        settings.add(Switches.optimized(1));
        settings.add(Switches.optimized(2));
        settings.add(Switches.optimized(3));
        settings.add(new Switches(false, false, false, Optional.of(Plan.FFT), false, false, 1));
        settings.add(new Switches(false, false, false, Optional.of(Plan.MATRIX), false, false, 1));
        settings.add(new Switches(true, true, true, Optional.empty(), true, true, 1, false));
        settings.add(new Switches(false, true, true, Optional.empty(), true, true, 2));
        settings.add(new Switches(true, false, true, Optional.empty(), true, true, 2));
        settings.add(new Switches(true, true, false, Optional.empty(), true, true, 2));
        settings.add(new Switches(true, true, true, Optional.empty(), false, true, 2));
        settings.add(new Switches(true, true, true, Optional.empty(), true, false, 2));
        for (Plan plan : Plan.values()) {
            settings.add(withPlan(plan, 1));
            settings.add(withPlan(plan, 2));
        }
        return settings.stream();
    }

    @ParameterizedTest
    @MethodSource("settings")
    void lossesAndEstimateEqualTheReference(Switches switches) {
        Assumptions.assumeTrue(
                switches.plan().isEmpty()
                        || trainingPlans().contains(switches.plan().get()),
                () -> "training has no plan " + switches.plan() + " here");
        assertTrainsLikeTheReference(SPEC, switches);
    }

    static Stream<Shape> frames() {
        return Stream.of(Shape.square(16), new Shape(24, 40), new Shape(33, 20), new Shape(17, 27));
    }

    @ParameterizedTest
    @MethodSource("frames")
    void framesOfAnyShapeTrainAlike(Shape frame) {
        for (Plan plan : trainingPlans()) {
            assertTrainsLikeTheReference(spec(frame), withPlan(plan, 2));
        }
    }

    @Test
    void aDecoderWithoutBatchNormTrainsAlike() {
        TrainingSpec plain = new TrainingSpec(
                Shape.square(16),
                Shape.square(32),
                new CircularAperture(5),
                new DecoderSpec(32, 16, false),
                LEARNING_RATE);
        assertTrainsLikeTheReference(plain, Switches.optimized(2));
    }

    static Stream<Switches> settingsOfTheFirstLayer() {
        return Stream.of(
                Switches.optimized(1),
                Switches.optimized(3),
                new Switches(true, true, true, Optional.empty(), true, false, 2),
                new Switches(true, true, true, Optional.empty(), false, false, 1));
    }

    @ParameterizedTest
    @MethodSource("settingsOfTheFirstLayer")
    void aFixedLatentStaysAndAllElseTrainsAlike(Switches switches) {
        TrainingSpec fixed =
                new TrainingSpec(SPEC.object(), SPEC.frame(), SPEC.aperture(), SPEC.decoder(), LEARNING_RATE, true);
        assertTrainsLikeTheReference(fixed, switches);
    }

    /** At the first sample old and new are the same image, so that the loss is twice the normalised L1. */
    @Test
    void theFirstSampleCountsTwice() {
        double[] once = new double[1];
        ReferenceTelescope telescope = new ReferenceTelescope(SPEC.object(), SPEC.frame());
        var mask = SPEC.aperture().mask(SPEC.frame(), PixelPosition.CENTRE);
        double[] target = telescope.amplitudesOfReal(RandomImages.widen(OBJECT), mask);
        double[] image = telescope.amplitudesOfReal(
                new ReferenceDecoder(SPEC.decoder()).forward(RandomImages.widen(START)), mask);
        double sum = 0;
        for (int i = 0; i < target.length; i++) {
            once[0] += Math.abs(image[i] - target[i]);
            sum += target[i];
        }
        float[] losses = new float[1];
        try (TrainingSession session = openSession(Switches.optimized(2))) {
            session.beginSample(PixelPosition.CENTRE);
            session.iterate(1, losses);
        }
        assertThat((double) losses[0]).isCloseTo(2 * once[0] / sum, within(1e-5 * losses[0]));
    }

    @Test
    void iterationsInOnePieceAndInSeveralAreTheSame() {
        float[] whole = new float[ITERATIONS];
        float[] parts = new float[ITERATIONS + 2];
        Arrays.fill(parts, -1);
        try (TrainingSession session = openSession(withPlan(Plan.MATRIX, 2))) {
            session.beginSample(CENTRES.get(1));
            session.iterate(ITERATIONS, whole);
        }
        try (TrainingSession session = openSession(withPlan(Plan.MATRIX, 2))) {
            session.beginSample(CENTRES.get(1));
            for (int i = 0; i < ITERATIONS; i++) {
                float[] one = new float[1];
                session.iterate(0, new float[0]);
                session.iterate(1, one);
                parts[i] = one[0];
            }
            session.iterate(1, parts.clone());
        }
        Tolerances.assertClose(Arrays.copyOf(parts, ITERATIONS), whole, Tolerances.LATER_LOSSES);
        assertThat(parts[ITERATIONS]).isEqualTo(-1);
    }

    @Test
    void onlyTheAskedForLossesAreWritten() {
        float[] losses = {-1, -1, -1, -1};
        try (TrainingSession session = openSession(Switches.optimized(1))) {
            session.beginSample(CENTRES.get(0));
            session.iterate(2, losses);
        }
        assertThat(losses[0]).isPositive();
        assertThat(losses[1]).isPositive();
        assertThat(losses[2]).isEqualTo(-1);
        assertThat(losses[3]).isEqualTo(-1);
    }

    @Test
    void whatIsHandedInAndOutIsCopied() {
        float[] object = OBJECT.clone();
        float[] start = START.clone();
        Switches switches = new Switches(false, true, true, Optional.of(Plan.MATRIX), true, true, 1);
        double[] expected = new ReferenceTraining(SPEC, OBJECT, START).estimate();
        try (TrainingSession session = backend().openTraining(SPEC, switches, object, start)) {
            Arrays.fill(object, 0);
            Arrays.fill(start, 0);
            Arrays.fill(session.estimate(), 7);
            Tolerances.assertClose(session.estimate(), expected, Tolerances.DECODER);
            float[] losses = new float[1];
            session.beginSample(CENTRES.get(0));
            session.iterate(1, losses);
            ReferenceTraining reference = new ReferenceTraining(SPEC, OBJECT, START);
            reference.beginSample(CENTRES.get(0));
            assertThat((double) losses[0]).isCloseTo(reference.iterate(1)[0], within(1e-4));
        }
    }

    @Test
    void aCacheSwitchedOffMissesEveryTime() {
        SessionReport on = train(SPEC, withPlan(Plan.MATRIX, 1)).report();
        SessionReport off = train(SPEC, new Switches(false, false, false, Optional.of(Plan.MATRIX), true, true, 1))
                .report();
        assertThat(on.caches()).containsOnlyKeys("measurement", "fft", "grid");
        assertThat(off.caches()).containsOnlyKeys("measurement", "fft", "grid");
        for (Map.Entry<String, CacheStatistics> entry : off.caches().entrySet()) {
            CacheStatistics without = entry.getValue();
            CacheStatistics with = on.caches().get(entry.getKey());
            assertThat(without.hits()).as(entry.getKey()).isZero();
            assertThat(without.misses()).as(entry.getKey()).isPositive().isGreaterThan(with.misses());
            assertThat(without.entries()).as(entry.getKey()).isZero();
            assertThat(with.loadFailures() + without.loadFailures()).isZero();
            assertThat(with.misses()).as(entry.getKey()).isPositive();
        }
    }

    @Test
    void theReportNamesThePlanOfEveryPurpose() {
        for (Plan plan : trainingPlans()) {
            Map<String, String> plans = train(SPEC, withPlan(plan, 1)).report().plans();
            assertThat(plans.values()).containsOnly(plan.word());
            assertThat(plans.keySet())
                    .anyMatch(purpose -> purpose.startsWith("new"))
                    .anyMatch(purpose -> purpose.startsWith("cumulative"));
        }
        assertThat(train(SPEC, Switches.optimized(1)).report().plans().values())
                .isSubsetOf(Stream.of(Plan.values()).map(Plan::word).toList());
    }

    @Test
    void callsOutOfOrderAreRefused() {
        float[] losses = new float[1];
        TrainingSession session = openSession(Switches.optimized(1));
        try (session) {
            outOfOrder(() -> session.iterate(1, losses), "sample");
            outOfOrder(session::endSample, "sample");
            session.beginSample(CENTRES.get(0));
            outOfOrder(() -> session.beginSample(CENTRES.get(1)), "sample");
            session.iterate(1, losses);
            session.endSample();
            outOfOrder(session::endSample, "sample");
            outOfOrder(() -> session.iterate(1, losses), "sample");
        }
        session.close();
        outOfOrder(() -> session.beginSample(CENTRES.get(0)), "closed");
        outOfOrder(() -> session.iterate(1, losses), "closed");
        outOfOrder(session::endSample, "closed");
        outOfOrder(session::estimate, "closed");
    }

    @Test
    void anApertureOutsideTheFrameIsRefusedAndTheSessionGoesOn() {
        try (TrainingSession session = openSession(Switches.optimized(1))) {
            assertThatThrownBy(() -> session.beginSample(new PixelPosition(40, 3)))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessageContaining("(40.0, 3.0)")
                    .hasMessageContaining("32 x 32");
            outOfOrder(() -> session.iterate(1, new float[1]), "sample");
            session.beginSample(CENTRES.get(0));
            session.iterate(1, new float[1]);
            session.endSample();
        }
    }

    @Test
    void impossibleRequestsAreRefusedInWords() {
        Switches switches = Switches.optimized(1);
        refused(() -> backend().openTraining(SPEC, switches, new float[255], START), "256", "255");
        refused(
                () -> backend().openTraining(SPEC, switches, OBJECT, new float[START.length + 1]),
                Integer.toString(START.length),
                Integer.toString(START.length + 1));
        TrainingSpec oblong = new TrainingSpec(new Shape(16, 20), SPEC.frame(), SPEC.aperture(), SPEC.decoder(), 1e-3);
        refused(() -> backend().openTraining(oblong, switches, new float[320], START), "16 x 20", "16 x 16");
        try (TrainingSession session = openSession(switches)) {
            session.beginSample(CENTRES.get(0));
            refused(() -> session.iterate(3, new float[2]), "3", "2");
            refused(() -> session.iterate(-1, new float[2]), "-1");
        }
    }

    /** Trains every centre and compares all losses, and the estimates after the first and the last sample. */
    private void assertTrainsLikeTheReference(TrainingSpec spec, Switches switches) {
        ReferenceTraining reference = new ReferenceTraining(spec, OBJECT, start(spec));
        try (TrainingSession session = backend().openTraining(spec, switches, OBJECT, start(spec))) {
            for (int s = 0; s < CENTRES.size(); s++) {
                float[] losses = new float[ITERATIONS];
                reference.beginSample(CENTRES.get(s));
                session.beginSample(CENTRES.get(s));
                session.iterate(ITERATIONS, losses);
                Tolerances.assertClose(
                        losses,
                        reference.iterate(ITERATIONS),
                        s == 0 ? Tolerances.FIRST_LOSSES : Tolerances.LATER_LOSSES);
                reference.endSample();
                session.endSample();
                if (s == 0) {
                    Tolerances.assertClose(session.estimate(), reference.estimate(), Tolerances.FIRST_ESTIMATE);
                }
            }
            Tolerances.assertClose(session.estimate(), reference.estimate(), Tolerances.LATER_ESTIMATE);
        }
    }

    /** What a whole reconstruction left behind. */
    protected record Trained(float[] losses, float[] estimate, SessionReport report) {}

    /** Trains every centre of {@link #CENTRES}. */
    protected final Trained train(TrainingSpec spec, Switches switches) {
        try (TrainingSession session = backend().openTraining(spec, switches, OBJECT, start(spec))) {
            float[] losses = new float[CENTRES.size() * ITERATIONS];
            for (int s = 0; s < CENTRES.size(); s++) {
                float[] own = new float[ITERATIONS];
                session.beginSample(CENTRES.get(s));
                session.iterate(ITERATIONS, own);
                session.endSample();
                System.arraycopy(own, 0, losses, s * ITERATIONS, ITERATIONS);
            }
            return new Trained(losses, session.estimate(), session.report());
        }
    }

    /** Everything on, with a plan. */
    protected static Switches withPlan(Plan plan, int threads) {
        return new Switches(true, true, true, Optional.of(plan), true, true, threads);
    }

    private TrainingSession openSession(Switches switches) {
        return backend().openTraining(SPEC, switches, OBJECT, START);
    }

    private static TrainingSpec spec(Shape frame) {
        return new TrainingSpec(
                Shape.square(16), frame, new CircularAperture(5), new DecoderSpec(32, 16, true), LEARNING_RATE);
    }

    private static float[] start(TrainingSpec spec) {
        return DecoderInitializer.initialParameters(DecoderLayout.of(spec.decoder()), 3);
    }

    /** A bright disc with a dark hole on a textured ground: broad and fine structure, no symmetry. */
    private static float[] scene() {
        float[] scene = RandomImages.amplitudes(256, 1);
        for (int y = 0; y < 16; y++) {
            for (int x = 0; x < 16; x++) {
                double radius = Math.hypot(y - 6.5, x - 8);
                float broad = radius < 5 && radius > 1.5 ? 0.8f : 0.1f;
                scene[16 * y + x] = broad + 0.2f * scene[16 * y + x];
            }
        }
        return scene;
    }

    private static void refused(Runnable call, String... words) {
        assertThatThrownBy(call::run)
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContainingAll(words);
    }

    private static void outOfOrder(Runnable call, String word) {
        assertThatThrownBy(call::run).isInstanceOf(IllegalStateException.class).hasMessageContaining(word);
    }
}
