// SPDX-License-Identifier: Apache-2.0
package fizeau.backend.cuda;

import static org.assertj.core.api.Assertions.assertThat;

import fizeau.backend.DeviceRates;
import fizeau.backend.Plan;
import fizeau.optics.CircularAperture;
import fizeau.optics.Mask;
import fizeau.optics.PixelPosition;
import fizeau.optics.Shape;
import fizeau.testkit.RandomImages;
import fizeau.testkit.Tolerances;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Batches, captured and not, at sizes that fill a device, and at odd ones. */
@Tag("gpu")
class DeviceResidentOperatorTest {

    private static final int CALLS = 3;

    private static List<Mask> masks(Shape frame, double radius) {
        CircularAperture disc = new CircularAperture(radius);
        Mask centre = disc.mask(frame, PixelPosition.CENTRE);
        return List.of(
                centre,
                disc.mask(frame, new PixelPosition(radius, -radius)),
                centre.union(disc.mask(frame, new PixelPosition(-2 * radius, radius))),
                disc.mask(frame, new PixelPosition(0.5, frame.nx() / 3.0)));
    }

    private static List<float[]> results(ResidentOperator operator, Shape object, Shape frame, int objects, int masks) {
        for (int o = 0; o < objects; o++) {
            operator.loadObject(o, RandomImages.amplitudes(object.count(), 1 + o));
        }
        for (int m = 0; m < masks; m++) {
            operator.loadAmplitudeGradient(m, RandomImages.signed(frame.count(), 50 + m));
        }
        operator.measure();
        operator.adjoint();
        List<float[]> results = new ArrayList<>();
        for (int m = 0; m < masks; m++) {
            float[] image = new float[frame.count()];
            operator.readAmplitudes(m, image);
            results.add(image);
        }
        for (int o = 0; o < objects; o++) {
            float[] gradient = new float[object.count()];
            operator.readGradient(o, gradient);
            results.add(gradient);
        }
        return results;
    }

    /** Both plans agree; a captured call, and its replays, give the bits of plain launches. */
    @ParameterizedTest
    @CsvSource({"512, 512, 128, 128, 20", "300, 257, 61, 100, 12", "96, 1000, 33, 17, 9"})
    void plansAgreeAndReplaysRepeat(int ny, int nx, int objectNy, int objectNx, double radius) {
        Shape frame = new Shape(ny, nx);
        Shape object = new Shape(objectNy, objectNx);
        List<Mask> masks = masks(frame, radius);
        try (CudaBackend backend = RealDevice.open(CacheSwitches.FRESH_MEASUREMENTS)) {
            Map<Plan, List<float[]>> byPlan = new EnumMap<>(Plan.class);
            for (Plan plan : backend.plans()) {
                try (ResidentOperator plain = backend.residentOperator(object, frame, plan, masks, 2, false);
                        ResidentOperator replayed =
                                backend.residentOperator(object, frame, plan, masks, 2, backend.offersGraphs())) {
                    List<float[]> expected = results(plain, object, frame, 2, masks.size());
                    for (int call = 0; call < CALLS; call++) {
                        List<float[]> found = results(replayed, object, frame, 2, masks.size());
                        for (int r = 0; r < expected.size(); r++) {
                            assertThat(found.get(r))
                                    .as("%s, result %d of call %d", plan, r, call)
                                    .isEqualTo(expected.get(r));
                        }
                    }
                    assertThat(replayed.graphs()).isEqualTo(backend.offersGraphs() ? 2 : 0);
                    byPlan.put(plan, expected);
                }
            }
            List<float[]> first = byPlan.values().iterator().next();
            byPlan.forEach((plan, results) -> {
                for (int r = 0; r < results.size(); r++) {
                    double tolerance =
                            r < masks.size() ? Tolerances.singlePrecisionTransforms(frame, 2) : Tolerances.PHASES;
                    Tolerances.assertClose(results.get(r), first.get(r), tolerance);
                }
            });
        }
    }

    @Test
    void theYardsticksAreThoseOfADevice() {
        try (CudaBackend backend = RealDevice.open(CacheSwitches.FRESH_MEASUREMENTS)) {
            DeviceRates rates = backend.rates();
            // the smallest card that is supported copies 100 GB/s and computes 1 TFLOP/s; a clock that is wrong shows
            // here
            assertThat(rates.copyBytesPerSecond()).isBetween(5e10, 5e13);
            assertThat(rates.flopsPerSecond()).isBetween(5e11, 5e14);
        }
    }
}
