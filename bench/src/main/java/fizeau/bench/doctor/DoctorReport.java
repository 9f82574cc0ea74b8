// SPDX-License-Identifier: Apache-2.0
package fizeau.bench.doctor;

import com.fasterxml.jackson.annotation.JsonInclude;
import fizeau.bench.environment.Environment;
import java.util.List;

/**
 * The doctor's findings, as they stand in the JSON document. A value that is not known is null and left out.
 *
 * @param environment machine and process
 * @param libtorch whether it loads, and with what
 * @param nativeCache where native libraries are unpacked
 * @param cuda what was found for the GPU
 * @param python the interpreter for the peer scripts
 * @param device what {@code --device auto} means here
 * @param warnings what may disturb or prevent a measurement, one sentence each
 */
public record DoctorReport(
        Environment environment,
        Libtorch libtorch,
        NativeCache nativeCache,
        Cuda cuda,
        Python python,
        Device device,
        List<String> warnings) {

    public DoctorReport {
        warnings = List.copyOf(warnings);
    }

    /** The report for people: sections with aligned labels, ending in a line break. */
    public String toText() {
        return new DoctorText(this).render();
    }

    /** libtorch: either what it says about itself or, in {@code problem}, why it does not load and what to do. */
    @JsonInclude(JsonInclude.Include.NON_NULL)
    public record Libtorch(boolean loaded, LibtorchInfo info, String problem) {}

    /**
     * The folder in which JavaCPP unpacks native libraries.
     *
     * @param folder its path; "unknown" without a home and a temporary folder
     * @param writable whether this user may write to it, or create it
     * @param unpacked whether libtorch lies in it already
     * @param freeBytes free space for this user on its file system; null when unknown
     */
    @JsonInclude(JsonInclude.Include.NON_NULL)
    public record NativeCache(String folder, boolean writable, boolean unpacked, Long freeBytes) {}

    /**
     * CUDA.
     *
     * @param driver the driver in one phrase, "none" without one
     * @param release the CUDA release that would be used; null when none can be
     * @param search each search step with what it found and rejected, and the conclusion, line by line
     * @param reasons why CUDA cannot be used; empty when it can
     * @param missing libraries of the release that are not here, with their use and remedy
     */
    @JsonInclude(JsonInclude.Include.NON_NULL)
    public record Cuda(String driver, String release, List<String> search, List<String> reasons, List<String> missing) {

        public Cuda {
            search = List.copyOf(search);
            reasons = List.copyOf(reasons);
            missing = List.copyOf(missing);
        }
    }

    /**
     * Python.
     *
     * @param executable the interpreter behind {@code python3}
     * @param version of it
     * @param torch installed version of the package; null when it is not installed
     * @param problem why there is no interpreter; null when there is one
     */
    @JsonInclude(JsonInclude.Include.NON_NULL)
    public record Python(String executable, String version, String torch, String problem) {}

    /** The device that would be used, and the reason as a clause that follows "because". */
    public record Device(String name, String because) {}
}
