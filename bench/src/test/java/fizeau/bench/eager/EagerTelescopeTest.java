// SPDX-License-Identifier: Apache-2.0
package fizeau.bench.eager;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import fizeau.optics.Aperture;
import fizeau.optics.CircularAperture;
import fizeau.optics.HexagonalAperture;
import fizeau.optics.Mask;
import fizeau.optics.ObscuredAperture;
import fizeau.optics.PixelPosition;
import fizeau.optics.Shape;
import java.util.List;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.Tensor;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

class EagerTelescopeTest {

    static List<Arguments> cases() {
        PixelPosition centre = new PixelPosition(-2.6, 3.1);
        return List.of(
                Arguments.of(new Shape(6, 6), new Shape(16, 16), new CircularAperture(4), centre),
                Arguments.of(new Shape(5, 8), new Shape(15, 12), new CircularAperture(2.5), centre),
                Arguments.of(new Shape(7, 4), new Shape(7, 13), new CircularAperture(3), PixelPosition.CENTRE),
                Arguments.of(new Shape(6, 6), new Shape(17, 18), new HexagonalAperture(4), centre),
                Arguments.of(new Shape(6, 6), new Shape(18, 17), new ObscuredAperture(6, 2, 3, 1), centre));
    }

    @ParameterizedTest
    @MethodSource("cases")
    void maskIsTheAperturesOwn(Shape object, Shape frame, Aperture aperture, PixelPosition centre) {
        Mask expected = aperture.mask(frame, centre);
        float[] values = new float[frame.count()];
        try (EagerTelescope telescope = new EagerTelescope(object, frame, aperture);
                PointerScope scope = new PointerScope()) {
            EagerTensors.read(telescope.mask(centre), values, 0, values.length);
        }
        for (int i = 0; i < values.length; i++) {
            assertThat(values[i]).as("sample %d", i).isEqualTo(expected.isOpen(i) ? 1f : 0f);
        }
    }

    @ParameterizedTest
    @MethodSource("cases")
    void measurementIsTheDirectTransforms(Shape object, Shape frame, Aperture aperture, PixelPosition centre) {
        float[] amplitudes = EagerFixture.random(object.count(), 1);
        double[] expected =
                ReferenceTelescope.measure(EagerFixture.doubles(amplitudes), object, aperture.mask(frame, centre));
        float[] detector = new float[frame.count()];
        try (EagerTelescope telescope = new EagerTelescope(object, frame, aperture);
                PointerScope scope = new PointerScope()) {
            Tensor field = telescope.embed(EagerTensors.image(amplitudes, object));
            EagerTensors.read(telescope.measure(field, telescope.mask(centre)), detector, 0, detector.length);
        }
        for (int i = 0; i < expected.length; i++) {
            assertThat((double) detector[i]).as("pixel %d", i).isCloseTo(expected[i], within(2e-6));
        }
    }
}
