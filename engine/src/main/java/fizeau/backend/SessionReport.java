// SPDX-License-Identifier: Apache-2.0
package fizeau.backend;

import fizeau.cache.CacheStatistics;
import java.util.Map;

/**
 * What a training session counted.
 *
 * @param caches statistics by cache name: {@code measurement}, {@code fft}, {@code grid}
 * @param plans the transform plan used per purpose, in words, such as {@code "new 41 x 41": "matrix"}
 * @param nativeBytes native memory held by the session, or its high-water mark where the backend knows it
 */
public record SessionReport(Map<String, CacheStatistics> caches, Map<String, String> plans, long nativeBytes) {

    public SessionReport {
        caches = Map.copyOf(caches);
        plans = Map.copyOf(plans);
    }
}
