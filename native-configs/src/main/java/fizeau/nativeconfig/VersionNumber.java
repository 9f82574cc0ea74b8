// SPDX-License-Identifier: Apache-2.0
package fizeau.nativeconfig;

import java.util.Arrays;
import java.util.List;

/**
 * A dotted version, compared number by number; what is missing at the end counts as 0.
 *
 * @param parts the numbers, most significant first
 */
record VersionNumber(List<Integer> parts) implements Comparable<VersionNumber> {

    /** @param text digits and dots, as in {@code 580.65.06} */
    static VersionNumber parse(String text) {
        if (!text.matches("\\d{1,9}(\\.\\d{1,9})*")) {
            throw new IllegalArgumentException("\"" + text + "\" is not a version: write numbers separated by dots");
        }
        return new VersionNumber(
                Arrays.stream(text.split("\\.")).map(Integer::valueOf).toList());
    }

    int major() {
        return parts.get(0);
    }

    @Override
    public int compareTo(VersionNumber other) {
        for (int i = 0; i < Math.max(parts.size(), other.parts.size()); i++) {
            int order = Integer.compare(part(i), other.part(i));
            if (order != 0) {
                return order;
            }
        }
        return 0;
    }

    private int part(int index) {
        return index < parts.size() ? parts.get(index) : 0;
    }
}
