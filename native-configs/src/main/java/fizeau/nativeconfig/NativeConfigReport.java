// SPDX-License-Identifier: Apache-2.0
package fizeau.nativeconfig;

import java.util.ArrayList;
import java.util.List;

/**
 * What this machine has for CUDA: driver, search step by step, and the conclusion.
 *
 * @param driver from the driver's files
 * @param steps the search, in order
 * @param cuda what would be used, or why nothing can be
 */
public record NativeConfigReport(NvidiaDriver driver, List<StepReport> steps, CudaAvailability cuda) {

    public NativeConfigReport {
        steps = List.copyOf(steps);
    }

    /** Looks at the machine with the standard steps and the tables of this jar. Takes milliseconds; loads nothing. */
    public static NativeConfigReport examine(Settings settings) {
        NvidiaDriver driver = NvidiaDriver.read(settings);
        List<StepReport> steps = new LibraryLocator(SearchSteps.standard()).locate(settings);
        CudaAvailability cuda = new CudaChooser(TestedCombinations.load()).choose(settings, driver, steps);
        return new NativeConfigReport(driver, steps, cuda);
    }

    /** The driver, each step with what it found and rejected, and the conclusion with what is missing for what. */
    public List<String> toLines() {
        List<String> lines = new ArrayList<>();
        lines.add("driver: " + driver.describe());
        steps.forEach(step -> lines.addAll(step.toLines()));
        if (cuda instanceof CudaAvailability.Available available) {
            lines.add("CUDA " + available.release() + " can be used:");
            available
                    .libraries()
                    .values()
                    .forEach(library -> lines.add("  " + library.soname() + " = " + library.file()));
            available.missing().forEach(missing -> lines.add("  " + missing.sentence()));
            available.remarks().forEach(remark -> lines.add("  note: " + remark));
        } else if (cuda instanceof CudaAvailability.Unavailable unavailable) {
            lines.add(
                    unavailable.driverUsable()
                            ? "no CUDA libraries can be used, but the driver runs kernels compiled beforehand:"
                            : "CUDA cannot be used:");
            unavailable.reasons().forEach(reason -> lines.add("  " + reason));
        }
        return lines;
    }
}
