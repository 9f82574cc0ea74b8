// SPDX-License-Identifier: Apache-2.0
package fizeau.bench.verify;

import com.fasterxml.jackson.annotation.JsonProperty;

/**
 * One comparison.
 *
 * @param group group of the case
 * @param caseName name of the case ({@code case} in JSON)
 * @param array name of the array or number compared
 * @param backend who computed it; {@code java} for mathematics that no backend takes part in
 * @param error the largest absolute difference; the number of differing samples of a mask; not a number when nothing could be
 *     compared
 * @param tolerance the largest error that passes
 * @param verdict {@code pass} or {@code fail}
 * @param note what else there is to say, one sentence, or empty
 */
public record ArrayCheck(
        String group,
        @JsonProperty("case") String caseName,
        String array,
        String backend,
        double error,
        double tolerance,
        String verdict,
        String note) {

    static final String PASS = "pass";
    static final String FAIL = "fail";

    static ArrayCheck compared(GoldenCase golden, String array, String backend, double error, double tolerance) {
        // written so that an error that is not a number fails
        String verdict = error <= tolerance ? PASS : FAIL;
        return new ArrayCheck(golden.group(), golden.name(), array, backend, error, tolerance, verdict, "");
    }

    static ArrayCheck failed(GoldenCase golden, String array, String backend, String note) {
        return new ArrayCheck(golden.group(), golden.name(), array, backend, Double.NaN, 0, FAIL, note);
    }

    public boolean passed() {
        return verdict.equals(PASS);
    }
}
