// SPDX-License-Identifier: Apache-2.0
package fizeau.bench.training;

import com.fasterxml.jackson.annotation.JsonProperty;

/**
 * One line of the acceptance list.
 *
 * @param value what was found; null when nothing could be
 * @param limit what it is held against
 * @param correctness whether a failure is a matter of correctness, and so of the exit code, rather than of performance
 * @param note what one should know to read the value
 */
public record Check(String name, Status status, Double value, double limit, boolean correctness, String note) {

    /** How it went. */
    public enum Status {
        @JsonProperty("pass")
        PASS("pass"),
        @JsonProperty("fail")
        FAIL("fail"),
        /** Worth knowing, not judged. */
        @JsonProperty("info")
        INFO("info"),
        /** The question makes no sense for this workload. */
        @JsonProperty("not-applicable")
        NOT_APPLICABLE("not-applicable");

        private final String word;

        Status(String word) {
            this.word = word;
        }

        public String word() {
            return word;
        }

        static Status of(boolean good) {
            return good ? PASS : FAIL;
        }
    }

    public boolean failed() {
        return status == Status.FAIL;
    }
}
