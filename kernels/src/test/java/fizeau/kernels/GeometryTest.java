// SPDX-License-Identifier: Apache-2.0
package fizeau.kernels;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import org.junit.jupiter.api.Test;

/** Sizes are checked where they enter, so that a kernel can trust them. */
class GeometryTest {

    private static final FrameGeometry STANDARD = FrameGeometry.centred(512, 512, 128, 128, 1, 2);

    @Test
    void objectIsEmbeddedInTheMiddle() {
        assertThat(STANDARD.objectTop()).isEqualTo(192);
        assertThat(STANDARD.entries()).isEqualTo(2);
        FrameGeometry odd = FrameGeometry.centred(9, 8, 4, 3, 1, 1);
        assertThat(odd.objectTop()).isEqualTo(2);
        assertThat(odd.objectLeft()).isEqualTo(2);
    }

    @Test
    void impossibleFramesAreRefused() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> FrameGeometry.centred(0, 5, 1, 1, 1, 1))
                .withMessageContaining("0 x 5");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new FrameGeometry(8, 8, 4, 4, 5, 0, 1, 1))
                .withMessageContaining("(5, 0)");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> FrameGeometry.centred(8, 8, 4, 4, 1000, 100))
                .withMessageContaining("1000 objects");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new BoxGeometry(STANDARD, 513, 4))
                .withMessageContaining("513 x 4");
        assertThatIllegalArgumentException().isThrownBy(() -> RootTable.of(0)).withMessageContaining("0 roots");
    }

    @Test
    void rowsThatFourDividesShareRoots() {
        assertThat(new BoxGeometry(STANDARD, 41, 41).fastestRadix()).isEqualTo(4);
        BoxGeometry odd = new BoxGeometry(FrameGeometry.centred(8, 10, 8, 10, 1, 1), 3, 3);
        assertThat(odd.fastestRadix()).isEqualTo(1);
        assertThatIllegalArgumentException().isThrownBy(() -> rowL1(odd, 4, 1)).withMessageContaining("radix 4");
        assertThatIllegalArgumentException().isThrownBy(() -> rowL1(odd, 2, 1)).withMessageContaining("radix 2");
        assertThatIllegalArgumentException().isThrownBy(() -> rowL1(odd, 0, 1)).withMessageContaining("radix 0");
        assertThatIllegalArgumentException().isThrownBy(() -> rowL1(odd, 1, 0)).withMessageContaining("tile");
    }

    /** The boxes of the standard workload, first and last sample, and a frame of 2048: one tile holds a row. */
    @Test
    void tilesFitSharedMemory() {
        for (int edge : new int[] {512, 1024, 2048}) {
            BoxGeometry g = new BoxGeometry(FrameGeometry.centred(edge, edge, 128, 128, 1, 1), 157, 149);
            int tile = RowL1Parameters.tileFor(g, 4);
            assertThat(4 * tile).isEqualTo(edge);
            assertThat(rowL1(g, 4, tile).launchShape().sharedBytes()).isEqualTo(8 * (149 + 6 + edge));
        }
        BoxGeometry wide = new BoxGeometry(FrameGeometry.centred(16, 8192, 8, 8, 1, 1), 3, 5000);
        assertThat(rowL1(wide, 4, RowL1Parameters.tileFor(wide, 4))
                        .launchShape()
                        .sharedBytes())
                .isLessThanOrEqualTo(LaunchShape.MAX_SHARED_BYTES);
        BoxGeometry tooWide = new BoxGeometry(FrameGeometry.centred(16, 8192, 8, 8, 1, 1), 3, 8192);
        assertThatIllegalArgumentException()
                .isThrownBy(() ->
                        rowL1(tooWide, 4, RowL1Parameters.tileFor(tooWide, 4)).launchShape())
                .withMessageContaining("shared memory");
    }

    private static RowL1Parameters rowL1(BoxGeometry geometry, int radix, int tile) {
        DeviceAddress none = DeviceAddress.NULL;
        return new RowL1Parameters(none, none, none, none, none, none, none, none, geometry, radix, tile);
    }

    @Test
    void launchesOutsideTheLimitsAreRefused() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new LaunchShape(0, 1, 32, 0))
                .withMessageContaining("0 x 1");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new LaunchShape(1, 65536, 32, 0))
                .withMessageContaining("65536");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new LaunchShape(1, 1, 48, 0))
                .withMessageContaining("48 threads");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new LaunchShape(1, 1, 2048, 0))
                .withMessageContaining("2048 threads");
    }
}
