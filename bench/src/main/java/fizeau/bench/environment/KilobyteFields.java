// SPDX-License-Identifier: Apache-2.0
package fizeau.bench.environment;

import java.util.Optional;
import java.util.OptionalLong;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Lines such as {@code VmHWM:   123 kB} of files below {@code /proc}. */
final class KilobyteFields {

    private static final long BYTES_PER_KILOBYTE = 1024; // the kernel writes kB and means 1024

    private KilobyteFields() {}

    /** The named value in bytes; empty when text or line is absent. */
    static OptionalLong bytes(Optional<String> text, String name) {
        Matcher matcher = Pattern.compile("(?m)^" + Pattern.quote(name) + ":\\s*(\\d{1,15}) kB$")
                .matcher(text.orElse(""));
        return matcher.find()
                ? OptionalLong.of(Long.parseLong(matcher.group(1)) * BYTES_PER_KILOBYTE)
                : OptionalLong.empty();
    }
}
