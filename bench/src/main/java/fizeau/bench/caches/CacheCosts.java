// SPDX-License-Identifier: Apache-2.0
package fizeau.bench.caches;

import java.util.List;

/**
 * What one process found.
 *
 * @param plans transform plan of each key, in words
 * @param caches one per cache; empty when a kept value is not what making it again gives
 * @param wrong names of caches whose kept values differ from recomputed ones; nothing is timed then
 */
public record CacheCosts(List<String> plans, List<CacheCost> caches, List<String> wrong) {

    public CacheCosts {
        plans = List.copyOf(plans);
        caches = List.copyOf(caches);
        wrong = List.copyOf(wrong);
    }
}
