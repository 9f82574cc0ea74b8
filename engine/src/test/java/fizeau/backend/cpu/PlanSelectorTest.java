// SPDX-License-Identifier: Apache-2.0
package fizeau.backend.cpu;

import static org.assertj.core.api.Assertions.assertThat;

import fizeau.backend.Plan;
import fizeau.backend.PlanMemory;
import fizeau.optics.CircularAperture;
import fizeau.optics.Mask;
import fizeau.optics.PixelPosition;
import fizeau.optics.Shape;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class PlanSelectorTest {
    private static final Shape OBJECT = Shape.square(16);
    private static final Shape FRAME = new Shape(96, 64);

    @Test
    void choosesOnceForBoxesOfAboutTheSameSize() {
        long bytesBefore = NativeFloats.liveBytes();
        PlanSelector selector = new PlanSelector(PlanMemory.none());
        try (WorkerPool pool = new WorkerPool(2);
                TransformFactory transforms = new TransformFactory(OBJECT, FRAME, pool, true)) {
            Plan chosen = selector.select(OBJECT, disc(12, PixelPosition.CENTRE), transforms);
            assertThat(chosen).isIn((Object[]) Plan.values());
            // every trial asks for four tables; what is remembered asks for none
            long lookups = transforms.statistics().lookups();
            assertThat(lookups).isPositive();
            assertThat(selector.select(OBJECT, disc(12, PixelPosition.CENTRE), transforms))
                    .isEqualTo(chosen);
            assertThat(selector.select(OBJECT, disc(11, new PixelPosition(20, -5)), transforms))
                    .isEqualTo(chosen);
            assertThat(transforms.statistics().lookups()).isEqualTo(lookups);
            selector.select(OBJECT, disc(20, PixelPosition.CENTRE), transforms);
            assertThat(transforms.statistics().lookups()).isGreaterThan(lookups);
        }
        assertThat(NativeFloats.liveBytes()).isEqualTo(bytesBefore);
    }

    @Test
    void smallBoxesNeedNoTiming() {
        PlanSelector selector = new PlanSelector(PlanMemory.none());
        try (WorkerPool pool = new WorkerPool(1);
                TransformFactory transforms = new TransformFactory(OBJECT, FRAME, pool, true)) {
            assertThat(selector.select(OBJECT, disc(7, PixelPosition.CENTRE), transforms))
                    .isEqualTo(Plan.MATRIX);
            assertThat(transforms.statistics().lookups()).isZero();
        }
    }

    @Test
    void anotherNumberOfThreadsIsAnotherChoice(@TempDir Path folder) {
        Mask mask = disc(12, PixelPosition.CENTRE);
        assertThat(lookupsOfChoosing(mask, 2, folder)).isPositive();
        assertThat(lookupsOfChoosing(mask, 2, folder)).isZero();
        assertThat(lookupsOfChoosing(mask, 1, folder)).isPositive();
    }

    private static long lookupsOfChoosing(Mask mask, int threads, Path folder) {
        PlanSelector selector = new PlanSelector(PlanMemory.open(folder, "here"));
        try (WorkerPool pool = new WorkerPool(threads);
                TransformFactory transforms = new TransformFactory(OBJECT, FRAME, pool, true)) {
            selector.select(OBJECT, mask, transforms);
            return transforms.statistics().lookups();
        }
    }

    private static Mask disc(double radius, PixelPosition centre) {
        return new CircularAperture(radius).mask(FRAME, centre);
    }
}
