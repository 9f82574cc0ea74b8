// SPDX-License-Identifier: Apache-2.0
package fizeau.optics;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Masks against plain arrays of the whole frame. */
class MaskTest {
    private static final Shape FRAME = new Shape(9, 13);

    @ParameterizedTest
    @ValueSource(doubles = {0, 0.03, 0.5, 1})
    void holdsWhatTheWholeFrameHolds(double share) {
        for (long seed = 0; seed < 20; seed++) {
            boolean[] open = random(share, seed);
            Mask mask = Mask.of(FRAME, open);
            assertHolds(mask, open);
            assertThat(mask).isEqualTo(Mask.of(FRAME, open)).hasSameHashCodeAs(Mask.of(FRAME, open));
            open[7] = !open[7];
            assertThat(mask).isNotEqualTo(Mask.of(FRAME, open));
        }
    }

    @Test
    void unionsAreOpenWhereEitherIs() {
        for (long seed = 0; seed < 50; seed++) {
            boolean[] a = random(0.05, seed);
            boolean[] b = random(0.03, 100 + seed);
            boolean[] either = new boolean[a.length];
            for (int i = 0; i < a.length; i++) {
                either[i] = a[i] || b[i];
            }
            Mask union = Mask.of(FRAME, a).union(Mask.of(FRAME, b));
            assertHolds(union, either);
            assertThat(union).isEqualTo(Mask.of(FRAME, either)).hasSameHashCodeAs(Mask.of(FRAME, either));
        }
        Mask closed = Mask.closed(FRAME);
        Mask some = Mask.of(FRAME, random(0.2, 1));
        assertThat(closed.union(some)).isEqualTo(some);
        assertThat(some.union(closed)).isEqualTo(some);
        assertThat(closed.union(closed)).isEqualTo(closed);
        assertThatThrownBy(() -> some.union(Mask.closed(new Shape(13, 9))))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("9 x 13")
                .hasMessageContaining("13 x 9");
    }

    @Test
    void aBoxOfSamplesIsClosedAroundIt() {
        Box box = new Box(2, 8, 3, 4);
        boolean[] inside = new boolean[12];
        inside[5] = true;
        inside[10] = true;
        boolean[] whole = new boolean[FRAME.count()];
        whole[FRAME.index(3, 9)] = true;
        whole[FRAME.index(4, 10)] = true;
        Mask mask = Mask.within(FRAME, box, inside);
        assertThat(mask).isEqualTo(Mask.of(FRAME, whole));
        assertThat(mask.bounds()).isEqualTo(new Box(3, 9, 2, 2));
        assertThat(mask.bytes()).isEqualTo(4);
        inside[5] = false;
        assertHolds(mask, whole);
        assertThat(Mask.within(FRAME, box, new boolean[12])).isEqualTo(Mask.closed(FRAME));
        assertThat(Mask.within(FRAME, Box.EMPTY, new boolean[0])).isEqualTo(Mask.closed(FRAME));
        assertThatThrownBy(() -> Mask.within(FRAME, new Box(7, 8, 3, 4), inside))
                .isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> Mask.within(FRAME, box, new boolean[11]))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("12")
                .hasMessageContaining("11");
    }

    @Test
    void theOpenMaskIsOpenEverywhere() {
        assertThat(Mask.open(FRAME)).isEqualTo(Mask.of(FRAME, random(2, 0)));
        assertThat(Mask.open(FRAME).coverage()).isEqualTo(1);
    }

    private static void assertHolds(Mask mask, boolean[] open) {
        int count = 0;
        byte[] bytes = mask.toBytes();
        for (int i = 0; i < open.length; i++) {
            int y = i / FRAME.nx();
            int x = i % FRAME.nx();
            assertThat(mask.isOpen(i)).isEqualTo(open[i]);
            assertThat(mask.isOpen(y, x)).isEqualTo(open[i]);
            assertThat(bytes[i]).isEqualTo((byte) (open[i] ? 1 : 0));
            count += open[i] ? 1 : 0;
            if (open[i]) {
                assertThat(mask.bounds().contains(new Box(y, x, 1, 1))).isTrue();
            }
        }
        assertThat(mask.openCount()).isEqualTo(count);
        if (count == 0) {
            assertThat(mask.bounds()).isEqualTo(Box.EMPTY);
        }
    }

    private static boolean[] random(double share, long seed) {
        Random random = new Random(seed);
        boolean[] open = new boolean[FRAME.count()];
        for (int i = 0; i < open.length; i++) {
            open[i] = random.nextDouble() < share;
        }
        return open;
    }
}
