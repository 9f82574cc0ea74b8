// SPDX-License-Identifier: Apache-2.0
package fizeau.backend.cuda;

import static org.assertj.core.api.Assertions.assertThat;

import fizeau.backend.Plan;
import fizeau.backend.PlanMemory;
import fizeau.backend.Precision;
import fizeau.backend.Switches;
import fizeau.backend.TrainingLevel;
import fizeau.backend.TrainingSession;
import fizeau.backend.TrainingSpec;
import fizeau.backend.cuda.raw.LiveObjects;
import fizeau.kernels.PretendCuda;
import fizeau.optics.CircularAperture;
import fizeau.optics.Mask;
import fizeau.optics.PixelPosition;
import fizeau.optics.Shape;
import fizeau.reconstruct.DecoderInitializer;
import fizeau.reconstruct.DecoderLayout;
import fizeau.reconstruct.DecoderSpec;
import fizeau.testkit.RandomImages;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.assertj.core.data.Offset;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/** Box form or FFT, box by box: chosen once, remembered, and whatever was chosen, the training is the same. */
@ExtendWith(PretendCudaExtension.class)
class PlanChoicesTest {

    private static final Shape OBJECT = Shape.square(16);
    private static final Shape FRAME = Shape.square(96);
    private static final Mask SMALL = new CircularAperture(20).mask(FRAME, PixelPosition.CENTRE);
    private static final Mask LARGE = new CircularAperture(34).mask(FRAME, PixelPosition.CENTRE);
    private static final String LARGE_KEY = "16 x 16 in 96 x 96, box up to 96 x 96";

    private final PretendCuda machine;

    PlanChoicesTest(PretendCuda machine) {
        this.machine = machine;
    }

    @Test
    void whatNeedsNoTimingIsNotTimed() {
        try (CudaSession session = CudaSession.open(machine.settings(), 0)) {
            int live = LiveObjects.count();
            PlanMemory memory = PlanMemory.none();
            PlanChoices choices = new PlanChoices(session, memory);
            assertThat(choices.choose(OBJECT, SMALL, true)).isEqualTo(Plan.MATRIX);
            assertThat(choices.choose(OBJECT, LARGE, false)).isEqualTo(Plan.MATRIX);
            memory.put(LARGE_KEY, Plan.FFT);
            assertThat(choices.choose(OBJECT, LARGE, true)).isEqualTo(Plan.FFT);
            assertThat(choices.choose(OBJECT, LARGE, false)).isEqualTo(Plan.MATRIX);
            assertThat(LiveObjects.count()).as("no kernel was loaded").isEqualTo(live);
        }
    }

    @Test
    void aTimingIsMadeOnceAndLeavesNothing() {
        try (CudaSession session = CudaSession.open(machine.settings(), 0)) {
            PlanMemory memory = PlanMemory.none();
            Plan chosen = new PlanChoices(session, memory).choose(OBJECT, LARGE, true);
            assertThat(memory.find(LARGE_KEY)).contains(chosen);
            assertThat(session.context().account().liveBytes())
                    .as("device memory of timings")
                    .isEqualTo(0);
            int live = LiveObjects.count();
            new PlanChoices(session, PlanMemory.none()).choose(OBJECT, LARGE, true);
            assertThat(LiveObjects.count()).isEqualTo(live);
        }
    }

    /** The new aperture in box form, the cumulative mask by FFT, remembered from before: the same training within rounding. */
    @Test
    void plansMayDifferFromBoxToBox(@TempDir Path folder) {
        String before = System.getProperty(PlanMemory.PROPERTY);
        System.setProperty(PlanMemory.PROPERTY, folder.toString());
        try (CudaSession session = CudaSession.open(machine.settings(), 0)) {
            PlanMemory.ofUsersGpu(PlanChoices.environment(session)).put(LARGE_KEY, Plan.FFT);
        }
        try (CudaBackend backend = CudaBackend.open(machine.settings(), 0)) {
            Trained mixed = train(backend, Switches.optimized(1));
            Trained boxes = train(backend, new Switches(true, true, true, Optional.of(Plan.MATRIX), true, true, 1));
            assertThat(mixed.plans().values()).contains("matrix", "fft");
            assertThat(boxes.plans().values()).containsOnly("matrix");
            for (int i = 0; i < mixed.losses().length; i++) {
                assertThat(mixed.losses()[i]).isCloseTo(boxes.losses()[i], Offset.offset(1e-4f * boxes.losses()[i]));
            }
            assertThat(train(backend, Switches.optimized(1)).losses())
                    .as("replayed or launched, the same bits")
                    .isEqualTo(train(backend, new Switches(true, true, true, Optional.empty(), true, true, 1, false))
                            .losses());
            Trained byRule = train(backend, Switches.optimized(1).at(TrainingLevel.FUSED, Precision.FP32, true));
            assertThat(byRule.losses()).isEqualTo(boxes.losses());
        } finally {
            if (before == null) {
                System.clearProperty(PlanMemory.PROPERTY);
            } else {
                System.setProperty(PlanMemory.PROPERTY, before);
            }
        }
    }

    private record Trained(float[] losses, Map<String, String> plans) {}

    private static Trained train(CudaBackend backend, Switches switches) {
        TrainingSpec spec =
                new TrainingSpec(OBJECT, FRAME, new CircularAperture(20), new DecoderSpec(32, 16, true), 1e-4);
        float[] losses = new float[6];
        try (TrainingSession session = backend.openTraining(
                spec,
                switches,
                RandomImages.amplitudes(256, 5),
                DecoderInitializer.initialParameters(DecoderLayout.of(spec.decoder()), 3))) {
            int done = 0;
            for (PixelPosition centre :
                    List.of(new PixelPosition(-15, -15), new PixelPosition(15, 15), PixelPosition.CENTRE)) {
                float[] own = new float[2];
                session.beginSample(centre);
                session.iterate(2, own);
                session.endSample();
                System.arraycopy(own, 0, losses, done, 2);
                done += 2;
            }
            return new Trained(losses, session.report().plans());
        }
    }
}
