// SPDX-License-Identifier: Apache-2.0
package fizeau.bench.caches;

import com.fasterxml.jackson.databind.JsonNode;
import fizeau.bench.protocol.JobFailure;
import fizeau.bench.protocol.ProtocolSpec;
import fizeau.bench.training.PublishedFigure;
import java.util.List;

/**
 * The result of the micro benchmarks, everything in the report included.
 *
 * @param sizes edges of the frame that were timed
 * @param threads of the work that a cache saves
 * @param secondsPerCall warm-up of each kind of call, and again its timing
 * @param caches one line per cache and size
 * @param correct whether kept values were equal to recomputed ones, to the bit, in every process
 * @param published figures of the system this replaces, with their status
 * @param missing processes that gave no result
 * @param remarks what a reader must know, one sentence each
 * @param environment capsule: machine, JVM, libraries, commit
 */
public record CachesRecord(
        String schema,
        String kind,
        String command,
        String runId,
        String folder,
        String startedAt,
        double wallSeconds,
        String device,
        List<Integer> sizes,
        int threads,
        double secondsPerCall,
        List<CacheLine> caches,
        boolean correct,
        ProtocolSpec protocol,
        int rounds,
        List<String> childFlags,
        List<PublishedFigure> published,
        List<JobFailure> missing,
        List<String> remarks,
        JsonNode environment) {

    public static final String SCHEMA = "fizeau.caches/2";

    /** Whether a kept value was wrong, or a process is missing. */
    public boolean failed() {
        return !correct || !missing.isEmpty();
    }
}
