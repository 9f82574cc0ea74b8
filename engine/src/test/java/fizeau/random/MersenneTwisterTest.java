// SPDX-License-Identifier: Apache-2.0
package fizeau.random;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class MersenneTwisterTest {

    @Test
    void drawsThePublishedStream() {
        MersenneTwister random = new MersenneTwister(5489);
        assertThat(draw(random)).isEqualTo(3499211612L);
        assertThat(draw(random)).isEqualTo(581869302L);
        assertThat(draw(random)).isEqualTo(3890346734L);
        assertThat(draw(random)).isEqualTo(3586334585L);
        assertThat(draw(random)).isEqualTo(545404204L);
        for (int i = 5; i < 623; i++) {
            draw(random);
        }
        // across the refill of the state
        assertThat(draw(random)).isEqualTo(4020325887L);
        assertThat(draw(random)).isEqualTo(4178893912L);
        for (int i = 625; i < 9999; i++) {
            draw(random);
        }
        assertThat(draw(random)).isEqualTo(4123659995L); // the 10000th, which the C++ standard demands of mt19937
    }

    @Test
    void onlyTheLowBitsOfASeedCount() {
        assertThat(draw(new MersenneTwister(1))).isEqualTo(1791095845L);
        assertThat(draw(new MersenneTwister(1 + (7L << 32)))).isEqualTo(1791095845L);
    }

    @Test
    void uniformsAreTheLow24Bits() {
        MersenneTwister uniforms = new MersenneTwister(5489);
        assertThat(uniforms.nextUniform24()).isEqualTo((float) (3499211612L % (1 << 24)) / (1 << 24));
        assertThat(uniforms.nextUniform24()).isEqualTo((float) (581869302L % (1 << 24)) / (1 << 24));
        for (int i = 0; i < 10_000; i++) {
            assertThat(uniforms.nextUniform24()).isGreaterThanOrEqualTo(0).isLessThan(1);
        }
    }

    private static long draw(MersenneTwister random) {
        return Integer.toUnsignedLong(random.nextInt());
    }
}
