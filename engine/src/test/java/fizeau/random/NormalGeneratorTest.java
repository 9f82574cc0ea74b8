// SPDX-License-Identifier: Apache-2.0
package fizeau.random;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import org.junit.jupiter.api.Test;

class NormalGeneratorTest {

    @Test
    void drawsWhatNumPysLegacyGeneratorDraws() {
        // numpy.random.RandomState(1011): randn(4), then RandomState(42): rand(2).
        NormalGenerator normals = new NormalGenerator(1011);
        assertThat(normals.nextNormal()).isCloseTo(-1.1542091815468585, within(1e-15));
        assertThat(normals.nextNormal()).isCloseTo(1.5726344092662974, within(1e-15));
        assertThat(normals.nextNormal()).isCloseTo(-0.8577566413321008, within(1e-15));
        assertThat(normals.nextNormal()).isCloseTo(0.27981384608642745, within(1e-15));
        NormalGenerator uniforms = new NormalGenerator(42);
        assertThat(uniforms.nextUniform()).isEqualTo(0.3745401188473625);
        assertThat(uniforms.nextUniform()).isEqualTo(0.9507143064099162);
    }

    @Test
    void momentsAreThoseOfAStandardNormal() {
        NormalGenerator normals = new NormalGenerator(3);
        int n = 200_000;
        double[] moments = new double[5];
        for (int i = 0; i < n; i++) {
            double value = normals.nextNormal();
            for (int power = 1; power <= 4; power++) {
                moments[power] += Math.pow(value, power) / n;
            }
        }
        assertThat(moments[1]).isCloseTo(0, within(0.01));
        assertThat(moments[2]).isCloseTo(1, within(0.02));
        assertThat(moments[3]).isCloseTo(0, within(0.04));
        assertThat(moments[4]).isCloseTo(3, within(0.12));
    }

    @Test
    void theSameSeedGivesTheSameStream() {
        NormalGenerator one = new NormalGenerator(12);
        NormalGenerator two = new NormalGenerator(12);
        for (int i = 0; i < 100; i++) {
            assertThat(one.nextNormal()).isEqualTo(two.nextNormal());
        }
        assertThat(new NormalGenerator(13).nextNormal()).isNotEqualTo(new NormalGenerator(12).nextNormal());
    }
}
