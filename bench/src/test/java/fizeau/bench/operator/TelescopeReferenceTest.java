// SPDX-License-Identifier: Apache-2.0
package fizeau.bench.operator;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import fizeau.optics.Mask;
import fizeau.optics.Shape;
import fizeau.testkit.RandomImages;
import fizeau.testkit.ReferenceDft;
import fizeau.testkit.ReferenceTelescope;
import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The lab's reference against that of the engine's tests, which transforms the whole frame. */
class TelescopeReferenceTest {

    @ParameterizedTest
    @CsvSource({"16, 6, first", "16, 6, last", "20, 7, first", "21, 6, last", "8, 8, last"})
    void bothReferencesAgree(int edge, int objectEdge, String word) {
        OperatorSetting setting = new OperatorSetting(List.of(edge), List.of(1), objectEdge, 2, 4, 5, 1);
        Mask mask = setting.mask(edge, word);
        float[] object = OperatorData.object(setting, 0);
        float[] gradient = OperatorData.amplitudeGradient(setting, edge);
        TelescopeReference.Result found = new TelescopeReference(mask, objectEdge).of(object, gradient);
        ReferenceTelescope expected = new ReferenceTelescope(Shape.square(objectEdge), Shape.square(edge));
        assertClose(found.amplitudes(), expected.amplitudes(ReferenceDft.complex(object), mask));
        assertClose(found.gradient(), expected.adjoint(RandomImages.widen(object), mask, RandomImages.widen(gradient)));
    }

    private static void assertClose(double[] found, double[] expected) {
        assertThat(found).hasSameSizeAs(expected);
        for (int i = 0; i < found.length; i++) {
            assertThat(found[i]).as("at %d", i).isCloseTo(expected[i], within(1e-11));
        }
    }
}
