// SPDX-License-Identifier: Apache-2.0
package fizeau.bench.training;

import java.util.List;

/**
 * What trainings on a GPU are held against beside each other's.
 *
 * @param speedupOverLibrary of the optimised variant over the library level in single precision, where both ran
 * @param unavailable levels that could not run here
 * @param floor the least time an iteration could take; null where the device's rates were not measured
 */
public record DeviceFindings(Speedup speedupOverLibrary, List<MissingLevel> unavailable, TrainingFloor floor) {

    /** A level that has no row, and why, in one sentence. */
    public record MissingLevel(String variant, String level, String reason) {}

    public DeviceFindings {
        unavailable = List.copyOf(unavailable);
    }
}
