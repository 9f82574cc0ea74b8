// SPDX-License-Identifier: Apache-2.0
package fizeau.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import fizeau.backend.Plan;
import fizeau.backend.Switches;
import fizeau.backend.TrainingBatch;
import fizeau.backend.TrainingBatch.Member;
import fizeau.backend.TrainingSession;
import fizeau.backend.TrainingSpec;
import fizeau.optics.CircularAperture;
import fizeau.optics.PixelPosition;
import fizeau.optics.Shape;
import fizeau.reconstruct.DecoderInitializer;
import fizeau.reconstruct.DecoderLayout;
import fizeau.reconstruct.DecoderSpec;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Several reconstructions together: each member gives, to the bit, what it gives alone, and nothing is left behind. */
public abstract class TrainingBatchConformance extends BackendConformance {

    protected static final TrainingSpec SPEC = new TrainingSpec(
            Shape.square(16), Shape.square(32), new CircularAperture(5), new DecoderSpec(32, 16, true), 1e-3);

    private static final List<PixelPosition> CENTRES =
            List.of(PixelPosition.CENTRE, new PixelPosition(3, -4), new PixelPosition(-5, 2.5));

    /** More than a graph's run, and than the losses of a half of a ring, divide into. */
    private static final int ITERATIONS = 11;

    /** What a member gave: losses of all samples, and the last estimate. */
    protected record Trained(List<float[]> losses, float[] estimate) {}

    /** Different objects and different weights. */
    protected static List<Member> members(int count) {
        List<Member> members = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            members.add(new Member(
                    RandomImages.amplitudes(256, 40 + i),
                    DecoderInitializer.initialParameters(DecoderLayout.of(SPEC.decoder()), 3 + i)));
        }
        return members;
    }

    /** The switches with which one member alone computes what it computes in a batch of so many. */
    protected Switches alone(Switches switches, int members) {
        return switches;
    }

    static Stream<Switches> settings() {
        return Stream.of(
                new Switches(true, true, true, Optional.of(Plan.MATRIX), true, true, 1),
                new Switches(true, true, true, Optional.of(Plan.MATRIX), true, true, 2),
                new Switches(true, true, true, Optional.of(Plan.MATRIX), true, true, 4),
                new Switches(true, true, true, Optional.of(Plan.MATRIX), true, true, 2, false),
                new Switches(false, false, false, Optional.of(Plan.MATRIX), false, false, 1));
    }

    @ParameterizedTest
    @MethodSource("settings")
    void membersGiveWhatTheyGiveAlone(Switches switches) {
        assertMembersAreAsAlone(switches);
    }

    /** Trains three members together and each alone, and compares all losses and the last estimates bit for bit. */
    protected final void assertMembersAreAsAlone(Switches switches) {
        List<Member> members = members(3);
        List<Trained> together = train(members, switches, ITERATIONS);
        for (int i = 0; i < members.size(); i++) {
            Trained alone = alone(members.get(i), alone(switches, members.size()), ITERATIONS);
            for (int s = 0; s < CENTRES.size(); s++) {
                assertThat(together.get(i).losses().get(s))
                        .as("member %d, sample %d", i, s)
                        .isEqualTo(alone.losses().get(s));
            }
            assertThat(together.get(i).estimate()).isEqualTo(alone.estimate());
        }
        assertThat(together.get(0).losses().get(0))
                .as("members are not the same reconstruction")
                .isNotEqualTo(together.get(1).losses().get(0));
    }

    @Test
    void whatCannotBeIsRefusedInWords() {
        Switches switches = Switches.optimized(2);
        refused(() -> backend().openBatch(SPEC, switches, List.of()), "no members");
        refused(
                () -> backend()
                        .openBatch(SPEC, switches, List.of(members(1).get(0), new Member(new float[3], new float[1]))),
                "256",
                "3");
        try (TrainingBatch batch = backend().openBatch(SPEC, switches, members(2))) {
            assertThat(batch.size()).isEqualTo(2);
            assertThatThrownBy(() -> batch.iterate(1, new float[2][1])).isInstanceOf(IllegalStateException.class);
            batch.beginSample(CENTRES.get(0));
            refused(() -> batch.iterate(1, new float[3][1]), "2 members", "3");
            refused(() -> batch.iterate(2, new float[][] {new float[2], new float[1]}), "2", "1");
            batch.iterate(1, new float[2][1]);
            batch.endSample();
            refused(() -> batch.beginSample(new PixelPosition(60, 0)), "outside the frame");
            batch.beginSample(CENTRES.get(1));
            batch.endSample();
        }
    }

    /** Trains all members together. */
    protected final List<Trained> train(List<Member> members, Switches switches, int iterations) {
        try (TrainingBatch batch = backend().openBatch(SPEC, switches, members)) {
            List<List<float[]>> losses = new ArrayList<>();
            members.forEach(member -> losses.add(new ArrayList<>()));
            for (PixelPosition centre : CENTRES) {
                float[][] own = new float[members.size()][iterations];
                batch.beginSample(centre);
                batch.iterate(iterations, own);
                batch.endSample();
                for (int i = 0; i < own.length; i++) {
                    losses.get(i).add(own[i]);
                }
            }
            List<Trained> trained = new ArrayList<>();
            for (int i = 0; i < members.size(); i++) {
                assertThat(batch.report(i).plans()).isNotEmpty();
                trained.add(new Trained(losses.get(i), batch.estimate(i)));
            }
            return trained;
        }
    }

    private Trained alone(Member member, Switches switches, int iterations) {
        try (TrainingSession session =
                backend().openTraining(SPEC, switches, member.object(), member.initialParameters())) {
            float[][] losses = new float[CENTRES.size()][iterations];
            for (int s = 0; s < losses.length; s++) {
                session.beginSample(CENTRES.get(s));
                session.iterate(iterations, losses[s]);
                session.endSample();
            }
            return new Trained(Arrays.asList(losses), session.estimate());
        }
    }

    private static void refused(Runnable call, String... words) {
        assertThatThrownBy(call::run)
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContainingAll(words);
    }
}
