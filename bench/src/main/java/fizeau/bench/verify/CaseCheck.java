// SPDX-License-Identifier: Apache-2.0
package fizeau.bench.verify;

/** Computes what a case of one group expects and reports every result to the run. */
@FunctionalInterface
interface CaseCheck {

    /**
     * Checks one case.
     *
     * @throws IllegalArgumentException when the case cannot be understood; it counts as failed then, with the message
     */
    void check(CaseRun run);
}
