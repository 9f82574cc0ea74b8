// SPDX-License-Identifier: Apache-2.0
package fizeau.bench.training;

import fizeau.bench.files.RunFolder;
import fizeau.bench.workload.Workload;

/** stand-in */
public final class MeasurementPicture {
    private MeasurementPicture() {}

    public static void write(RunFolder folder, Workload workload) {}
}
