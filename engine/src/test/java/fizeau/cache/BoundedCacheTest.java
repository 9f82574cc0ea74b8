// SPDX-License-Identifier: Apache-2.0
package fizeau.cache;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class BoundedCacheTest {
    private final List<String> loaded = new ArrayList<>();
    private final List<String> released = new ArrayList<>();
    private final Function<String, String> loader = key -> {
        loaded.add(key);
        return "value of " + key;
    };

    @AfterEach
    void nothingWasReleasedTwiceOrUnloaded() {
        List<String> open = new ArrayList<>();
        loaded.forEach(key -> open.add("value of " + key));
        for (String value : released) {
            assertThat(open.remove(value))
                    .as("released once for each load: " + value)
                    .isTrue();
        }
    }

    @Test
    void countsHitsAndMissesAndLoadsAKeyOnce() {
        BoundedCache<String, String> cache = cache(3, 100);
        assertThat(cache.get("a", loader)).isEqualTo("value of a");
        assertThat(cache.get("b", loader)).isEqualTo("value of b");
        assertThat(cache.get("a", loader)).isEqualTo("value of a");
        assertThat(loaded).containsExactly("a", "b");
        assertThat(released).isEmpty();
        assertThat(cache.statistics()).isEqualTo(new CacheStatistics(1, 2, 0, 0, 2, 20));
        assertThat(cache.statistics().hitRate()).isEqualTo(1 / 3.0);
        assertThat(CacheStatistics.NONE.hitRate()).isZero();
    }

    @Test
    void dropsTheLeastRecentlyUsedEntry() {
        BoundedCache<String, String> cache = cache(3, 100);
        for (String key : List.of("a", "b", "c", "a", "d", "b")) {
            cache.get(key, loader);
        }
        // d drops b, which a's second look-up left the oldest; b then drops c
        assertThat(released).containsExactly("value of b", "value of c");
        assertThat(cache.statistics()).isEqualTo(new CacheStatistics(1, 5, 0, 2, 3, 30));
        cache.get("a", loader);
        cache.get("d", loader);
        assertThat(cache.statistics().hits()).isEqualTo(3);
    }

    @Test
    void dropsAsManyEntriesAsTheBytesAskFor() {
        BoundedCache<String, String> cache = cache(10, 35);
        for (String key : List.of("a", "b", "c")) {
            cache.get(key, loader);
        }
        cache.get("long one", loader); // 17 bytes: 30 + 17 is past 35, so is 20 + 17
        assertThat(released).containsExactly("value of a", "value of b");
        assertThat(cache.statistics()).isEqualTo(new CacheStatistics(0, 4, 0, 2, 2, 27));
    }

    @Test
    void aValuePastTheByteBoundIsServedAndReleasedWithItsLease() {
        BoundedCache<String, String> cache = cache(10, 15);
        cache.get("a", loader);
        try (var lease = cache.acquire("much longer", loader)) {
            assertThat(lease.value()).isEqualTo("value of much longer");
            assertThat(released).isEmpty();
        }
        assertThat(released).containsExactly("value of much longer");
        assertThat(cache.statistics()).isEqualTo(new CacheStatistics(0, 2, 0, 0, 1, 10));
    }

    @Test
    void aLeasedEntryOutlastsTheBoundsAndGoesWhenItIsReturned() {
        BoundedCache<String, String> cache = cache(1, 100);
        var first = cache.acquire("a", loader);
        var second = cache.acquire("b", loader);
        assertThat(released).isEmpty();
        assertThat(cache.statistics().entries()).isEqualTo(2);
        assertThat(first.value()).isEqualTo("value of a");
        first.close();
        assertThat(released).containsExactly("value of a");
        assertThat(cache.statistics()).isEqualTo(new CacheStatistics(0, 2, 0, 1, 1, 10));
        second.close();
        assertThat(released).containsExactly("value of a");
        cache.get("b", loader);
        assertThat(cache.statistics().hits()).isEqualTo(1);
    }

    @Test
    void anEntryLeasedTwiceIsPinnedUntilBothAreReturned() {
        BoundedCache<String, String> cache = cache(1, 100);
        var one = cache.acquire("a", loader);
        var two = cache.acquire("a", loader);
        one.close();
        one.close(); // returns it once
        cache.get("b", loader); // may drop b, never a
        assertThat(released).doesNotContain("value of a");
        assertThat(two.value()).isEqualTo("value of a");
        two.close();
        cache.close();
        assertThat(released).contains("value of a");
        assertThatThrownBy(one::value).isInstanceOf(IllegalStateException.class).hasMessageContaining("returned");
    }

    @Test
    void switchedOffItLoadsEveryTimeAndKeepsNothing() {
        BoundedCache<String, String> cache = cache(0, 100);
        cache.get("a", loader);
        try (var one = cache.acquire("a", loader);
                var two = cache.acquire("a", loader)) {
            assertThat(one.value()).isEqualTo(two.value());
            assertThat(released).hasSize(1);
        }
        assertThat(released).containsExactly("value of a", "value of a", "value of a");
        assertThat(cache.statistics()).isEqualTo(new CacheStatistics(0, 3, 0, 0, 0, 0));
    }

    @Test
    void aFailedLoadKeepsNothingAndMayBeTriedAgain() {
        BoundedCache<String, String> cache = cache(3, 100);
        IllegalStateException failure = new IllegalStateException("no memory left");
        assertThatThrownBy(() -> cache.acquire("a", key -> {
                    throw failure;
                }))
                .isSameAs(failure);
        assertThat(cache.statistics()).isEqualTo(new CacheStatistics(0, 1, 1, 0, 0, 0));
        assertThat(cache.get("a", loader)).isEqualTo("value of a");
        assertThat(cache.statistics()).isEqualTo(new CacheStatistics(0, 2, 1, 0, 1, 10));
    }

    @Test
    void aValueThatCannotBeWeighedIsReleased() {
        BoundedCache<String, String> cache = new BoundedCache<>(
                3,
                100,
                value -> {
                    throw new IllegalStateException("scales broken");
                },
                released::add);
        assertThatThrownBy(() -> cache.acquire("a", loader)).hasMessage("scales broken");
        assertThat(released).containsExactly("value of a");
        assertThat(cache.statistics()).isEqualTo(new CacheStatistics(0, 1, 1, 0, 0, 0));
    }

    @Test
    void clearingReleasesAllButWhatIsLeasedAndCountsNothing() {
        BoundedCache<String, String> cache = cache(3, 100);
        cache.get("a", loader);
        var lease = cache.acquire("b", loader);
        cache.clear();
        assertThat(released).containsExactly("value of a");
        assertThat(cache.statistics()).isEqualTo(new CacheStatistics(0, 2, 0, 0, 0, 0));
        assertThat(cache.get("b", loader)).isEqualTo("value of b"); // another value than the leased one
        lease.close();
        assertThat(released).containsExactly("value of a", "value of b");
        assertThat(cache.statistics()).isEqualTo(new CacheStatistics(0, 3, 0, 0, 1, 10));
        cache.close();
        cache.close();
        assertThat(released).containsExactly("value of a", "value of b", "value of b");
    }

    @Test
    void dropsWhatNobodyWantsAnyMore() {
        BoundedCache<String, String> cache = cache(4, 100);
        cache.get("a", loader);
        var lease = cache.acquire("b", loader);
        cache.get("c", loader);
        cache.removeIf(key -> !key.equals("c"));
        assertThat(released).containsExactly("value of a");
        assertThat(cache.statistics()).isEqualTo(new CacheStatistics(0, 3, 0, 0, 1, 10));
        lease.close();
        assertThat(released).containsExactly("value of a", "value of b");
        cache.get("c", loader);
        assertThat(cache.statistics().hits()).isEqualTo(1);
    }

    @Test
    void heapValuesNeedNoRelease() {
        BoundedCache<String, String> cache = BoundedCache.ofHeapValues(1, 100, String::length);
        assertThat(cache.get("a", loader)).isEqualTo("value of a");
        assertThat(cache.get("b", loader)).isEqualTo("value of b");
        assertThat(cache.statistics().evictions()).isEqualTo(1);
    }

    @Test
    void negativeBoundsAreRefused() {
        assertThatThrownBy(() -> cache(-1, 5))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("-1 entries");
        assertThatThrownBy(() -> cache(1, -5))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("-5 bytes");
    }

    /** A value weighs as many bytes as it has letters; "value of a" ten. */
    private BoundedCache<String, String> cache(int maxEntries, long maxBytes) {
        return new BoundedCache<>(maxEntries, maxBytes, String::length, released::add);
    }
}
