// SPDX-License-Identifier: Apache-2.0
package fizeau.bench.doctor;

import fizeau.backend.selection.AbsentLibrary;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** Why libtorch did not load, with a remedy where the cause is known. */
final class LoadFailure {

    /** libtorch, OpenBLAS and JavaCPP unpacked, measured at 455 MB for the CPU build on x86-64, and some room. */
    static final long UNPACKED_BYTES = 512L << 20;

    private static final String OTHER_FOLDER = "choose another with -Dorg.bytedeco.javacpp.cachedir=FOLDER";

    private LoadFailure() {}

    static String explain(Throwable failure, DoctorReport.NativeCache cache) {
        Optional<String> absent = AbsentLibrary.explain(failure);
        if (absent.isPresent()) {
            return absent.get();
        }
        String said = String.join(", because ", messages(failure));
        if (!cache.writable()) {
            return "the folder for native libraries " + cache.folder() + " cannot be written: " + OTHER_FOLDER + " ("
                    + said + ")";
        }
        boolean little = cache.freeBytes() != null && cache.freeBytes() < UNPACKED_BYTES;
        if (little && (!cache.unpacked() || said.contains("No space left"))) {
            return "the folder for native libraries " + cache.folder() + " has " + Units.bytes(cache.freeBytes())
                    + " free, unpacking needs " + Units.bytes(UNPACKED_BYTES) + ": make room, or " + OTHER_FOLDER + " ("
                    + said + ")";
        }
        if (said.contains("noexec") || said.contains("failed to map segment")) {
            return "the folder for native libraries " + cache.folder() + " does not allow execution: " + OTHER_FOLDER
                    + " (" + said + ")";
        }
        if (said.contains("GLIBC") || said.contains("GLIBCXX")) {
            return "this system's C or C++ library is older than libtorch needs: use a newer distribution (" + said
                    + ")";
        }
        return said;
    }

    /** The failure and its causes in words, each once: libraries wrap one message several times over. */
    private static Set<String> messages(Throwable failure) {
        Set<String> messages = new LinkedHashSet<>();
        List<Throwable> seen = new ArrayList<>();
        for (Throwable cause = failure; cause != null && !seen.contains(cause); cause = cause.getCause()) {
            seen.add(cause);
            String message = cause.getMessage();
            boolean wrapper = message != null
                    && cause.getCause() != null
                    && message.contains(cause.getCause().toString());
            if (!wrapper) {
                String name = cause.getClass().getSimpleName();
                messages.add(message == null || message.isBlank() ? name : name + ": " + firstLine(message));
            }
        }
        return messages;
    }

    private static String firstLine(String message) {
        return message.lines().findFirst().orElse("").strip();
    }
}
