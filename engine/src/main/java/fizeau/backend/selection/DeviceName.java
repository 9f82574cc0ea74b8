// SPDX-License-Identifier: Apache-2.0
package fizeau.backend.selection;

import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * What a user writes to name a device: {@code auto}, {@code cpu} or {@code cuda[:n]}.
 *
 * @param ordinal number of the CUDA device; 0 for others
 */
public record DeviceName(Kind kind, int ordinal) {

    public enum Kind {
        /** The GPU if there is one that can be used, else the CPU. */
        AUTO,
        CPU,
        CUDA
    }

    private static final Pattern CUDA = Pattern.compile("cuda(?::(\\d{1,3}))?");

    /** @throws IllegalArgumentException for any other word */
    public static DeviceName parse(String word) {
        Matcher cuda = CUDA.matcher(word);
        if (cuda.matches()) {
            return new DeviceName(Kind.CUDA, cuda.group(1) == null ? 0 : Integer.parseInt(cuda.group(1)));
        } else if (word.equals("auto")) {
            return new DeviceName(Kind.AUTO, 0);
        } else if (word.equals("cpu")) {
            return new DeviceName(Kind.CPU, 0);
        }
        throw new IllegalArgumentException("--device " + word + " is unknown: use auto, cpu or cuda[:n]");
    }

    @Override
    public String toString() {
        return switch (kind) {
            case AUTO -> "auto";
            case CPU -> "cpu";
            case CUDA -> ordinal == 0 ? "cuda" : "cuda:" + ordinal;
        };
    }
}
