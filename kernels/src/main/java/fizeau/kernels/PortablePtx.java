// SPDX-License-Identifier: Apache-2.0
package fizeau.kernels;

import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * PTX that the driver's own compiler takes on any machine, whatever CUDA it came with: the fallback where no run-time compiler
 * is installed. PTX for the oldest architecture, made by a new compiler, claims the newest PTX version in its header without
 * using anything of it; an older driver would refuse the claim. Lowering it is no step that NVIDIA describes, so a test
 * assembles the lowered text for several architectures, and a kernel that really used something newer would fail there.
 */
public final class PortablePtx {

    /** The lowest PTX version that knows {@link Architecture#OLDEST}. */
    static final String LOWEST_VERSION = "6.3";

    private static final Pattern VERSION = Pattern.compile("(?m)^\\.version\\s+\\d+\\.\\d+\\s*$");

    /** Tells the assembler which bytes of a load nobody uses: newer than the lowest version, and only a hint. */
    private static final Pattern USED_BYTES = Pattern.compile("(?m)^\\s*\\.pragma \"used_bytes_mask [^\"]*\";\\R");

    private static final Pattern TARGET = Pattern.compile("(?m)^\\.target\\s+(\\S+)\\s*$");

    private PortablePtx() {}

    /** The same text with the lowest version that its target allows. The target must be {@link Architecture#OLDEST}. */
    public static String lower(String ptx) {
        Matcher target = TARGET.matcher(ptx);
        if (!target.find() || !target.group(1).equals(Architecture.OLDEST.real())) {
            throw new IllegalArgumentException(
                    "only PTX for " + Architecture.OLDEST.real() + " can be made portable: compile it with "
                            + CompileOptions.ptx(Architecture.OLDEST).arguments());
        }
        Matcher version = VERSION.matcher(ptx);
        if (!version.find()) {
            throw new IllegalArgumentException("the text has no .version line: it is not PTX");
        }
        return USED_BYTES
                .matcher(version.replaceFirst(".version " + LOWEST_VERSION))
                .replaceAll("");
    }
}
