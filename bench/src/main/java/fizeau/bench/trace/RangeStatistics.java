// SPDX-License-Identifier: Apache-2.0
package fizeau.bench.trace;

import fizeau.bench.stats.Summary;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * All ranges of one name together.
 *
 * @param name of the ranges
 * @param depth how deep the first one is nested
 * @param calls how many there are
 * @param totalNanos their times together
 * @param selfNanos the same without what enclosed ranges account for
 * @param medianNanos of one
 */
public record RangeStatistics(String name, int depth, int calls, long totalNanos, long selfNanos, double medianNanos) {

    /** One for each name, in the order of first appearance, enclosing names before enclosed ones. */
    public static List<RangeStatistics> of(List<Range> ranges) {
        Map<String, List<Integer>> byName = new LinkedHashMap<>();
        long[] self = new long[ranges.size()];
        int[] depth = new int[ranges.size()];
        for (int i = 0; i < ranges.size(); i++) {
            Range range = ranges.get(i);
            byName.computeIfAbsent(range.name(), name -> new ArrayList<>()).add(i);
            self[i] += range.nanos();
            if (range.parent() >= 0) {
                self[range.parent()] -= range.nanos();
                depth[i] = depth[range.parent()] + 1;
            }
        }
        List<RangeStatistics> all = new ArrayList<>();
        byName.forEach((name, indices) -> all.add(new RangeStatistics(
                name,
                depth[indices.get(0)],
                indices.size(),
                indices.stream().mapToLong(i -> ranges.get(i).nanos()).sum(),
                indices.stream().mapToLong(i -> self[i]).sum(),
                Summary.median(
                        indices.stream().mapToDouble(i -> ranges.get(i).nanos()).toArray()))));
        return all;
    }
}
