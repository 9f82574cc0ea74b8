// SPDX-License-Identifier: Apache-2.0
package fizeau.bench.trace;

/**
 * A stretch of time with a name, inside another one or on its own.
 *
 * @param name what went on
 * @param number which one of its name, from 1
 * @param parent index of the enclosing range in the same list; -1 where there is none
 * @param startNanos since the recording began
 * @param endNanos since the recording began
 * @param value a result of it, such as a loss; null where there is none
 */
public record Range(String name, int number, int parent, long startNanos, long endNanos, Double value) {

    public Range {
        if (startNanos < 0 || endNanos < startNanos) {
            throw new IllegalArgumentException(
                    "range " + name + " from " + startNanos + " ns to " + endNanos + " ns must end after it begins");
        }
    }

    public long nanos() {
        return endNanos - startNanos;
    }
}
