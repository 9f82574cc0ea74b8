// SPDX-License-Identifier: Apache-2.0
package fizeau.kernels;

import java.util.List;

/** A source that the compiler refused. The message holds options, the compiler's log and the source with line numbers. */
public final class KernelCompilationException extends RuntimeException {

    KernelCompilationException(KernelSource source, CompileOptions options, String reason, String log) {
        super("cannot compile " + source.fileName() + " with " + options.arguments() + ": " + reason + "\n"
                + log.strip() + "\n" + numbered(source.text()));
    }

    private static String numbered(String text) {
        List<String> lines = text.lines().toList();
        StringBuilder numbered = new StringBuilder();
        for (int i = 0; i < lines.size(); i++) {
            numbered.append("%4d  %s%n".formatted(i + 1, lines.get(i)));
        }
        return numbered.toString();
    }
}
