// SPDX-License-Identifier: Apache-2.0
package fizeau.kernels;

import java.util.Comparator;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** A compute capability, such as 9.0 of the H100. At least {@link #OLDEST}, which the kernels are written for. */
public record Architecture(int major, int minor) implements Comparable<Architecture> {

    /** Turing: the oldest that CUDA 13 compiles for. */
    public static final Architecture OLDEST = new Architecture(7, 5);

    // Suffixed variants such as sm_90a promise no compatibility and are never needed here.
    private static final Pattern NAME = Pattern.compile("(?:sm|compute)_(\\d+)(\\d)");

    public Architecture {
        if (major < 7 || major == 7 && minor < 5 || minor < 0 || minor > 9) {
            throw new IllegalArgumentException("compute capability " + major + "." + minor
                    + " is not supported: the kernels need 7.5 (Turing) or newer");
        }
    }

    /** Reads {@code sm_90} or {@code compute_90}. */
    public static Architecture parse(String name) {
        Matcher matcher = NAME.matcher(name);
        if (!matcher.matches()) {
            throw new IllegalArgumentException(
                    "architecture " + name + " is unknown: write it like sm_90 or compute_90");
        }
        return new Architecture(Integer.parseInt(matcher.group(1)), Integer.parseInt(matcher.group(2)));
    }

    /** Name as a target of machine code. */
    public String real() {
        return "sm_" + major + minor;
    }

    /** Name as a target of PTX. */
    public String virtual() {
        return "compute_" + major + minor;
    }

    @Override
    public int compareTo(Architecture other) {
        return Comparator.comparingInt(Architecture::major)
                .thenComparingInt(Architecture::minor)
                .compare(this, other);
    }

    @Override
    public String toString() {
        return real();
    }
}
