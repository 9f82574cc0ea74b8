// SPDX-License-Identifier: Apache-2.0
package fizeau.cache;

import java.util.HashSet;
import java.util.List;

/**
 * One cache taken apart, so that a benchmark can time what its users pay: each call is one look-up, or the work that a
 * look-up saves. Keys are numbered from 0; the values of all of them are in the cache. Confined to one thread. Results are
 * returned only so that no call can be optimised away.
 */
public interface CacheProbe {

    /**
     * The positions or other things that keys are made of, two or more and all different; a copy.
     *
     * @throws IllegalArgumentException otherwise
     */
    static <K> List<K> requireDistinct(List<K> positions) {
        if (positions.size() < 2 || new HashSet<>(positions).size() < positions.size()) {
            throw new IllegalArgumentException(
                    "caches are probed with two or more different positions, got " + positions);
        }
        return List.copyOf(positions);
    }

    /** Makes no value: of a key that is looked up although it should be there. */
    static <K, V> V absent(K key) {
        throw new IllegalStateException("the value of " + key + " should be in the cache");
    }

    /** The cache's name. */
    String name();

    /** How many keys there are, at least 2. */
    int keys();

    /** Bytes of all values, as the cache weighs them. */
    long bytes();

    /** Makes the value of a key again, as a user does who has no cache. */
    long recompute(int key);

    /** Looks a key up that is there, as a user does. */
    long hit(int key);

    /**
     * Looks a key up that is not there, where the value costs nothing: what a miss adds to making the value. Successive
     * calls must be for different keys, for the cache behind it holds one.
     */
    long missWithoutWork(int key);

    /** Uses the value of a key once, without the look-up; does nothing for values that are the result themselves. */
    long use(int key);

    /** Whether the kept value and one made anew are the same to the bit. */
    boolean keptEqualsRecomputed(int key);
}
