// SPDX-License-Identifier: Apache-2.0
package fizeau.bench.training;

import fizeau.bench.eager.PeerOutcome;
import fizeau.bench.files.Json;
import fizeau.bench.protocol.JobReport;

/**
 * One job of a Python peer.
 *
 * @param name such as {@code python-eager}
 * @param round from 1; 0 for a peer that was not run at all
 * @param trained its result; null when there is none
 * @param unavailable why there is none; null otherwise
 */
public record PeerRun(String name, int round, PeerOutcome.Trained trained, String unavailable) {

    static PeerRun of(JobReport report) {
        PythonPeers.Answer answer = Json.value(report.outcome(), PythonPeers.Answer.class);
        return new PeerRun(report.variant(), report.round(), answer.trained(), answer.unavailable());
    }
}
