// SPDX-License-Identifier: Apache-2.0
package fizeau.bench.im2im;

import com.fasterxml.jackson.annotation.JsonProperty;

/**
 * What code ran, under the names of the original.
 *
 * @param branch as in the table
 * @param commitHash full; null when unknown
 * @param commitDate ISO 8601; null when unknown
 * @param dirty whether tracked files differed from the commit; null when unknown
 * @param build digest of what was built; null for the running code
 */
public record GitInfo(
        String branch,
        @JsonProperty("commit_hash") String commitHash,
        @JsonProperty("commit_date") String commitDate,
        Boolean dirty,
        String build) {}
