// SPDX-License-Identifier: Apache-2.0
package fizeau.bench.protocol;

/**
 * A job that gave no report.
 *
 * @param variant whose job it was
 * @param round in which round; 0 outside rounds
 * @param reason one sentence
 * @param badInput whether the input was to blame rather than the program or the machine
 */
public record JobFailure(String variant, int round, String reason, boolean badInput) {

    /** Thrown where a caller cannot go on without the report. */
    public static final class JobFailedException extends RuntimeException {
        private final transient JobFailure failure;

        public JobFailedException(JobFailure failure) {
            super(failure.reason());
            this.failure = failure;
        }

        public JobFailure failure() {
            return failure;
        }
    }
}
