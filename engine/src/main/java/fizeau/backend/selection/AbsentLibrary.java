// SPDX-License-Identifier: Apache-2.0
package fizeau.backend.selection;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Tells, from an error of the Java platform, that a library of the CPU side is not part of this installation: the portable
 * bundle leaves both out.
 */
public final class AbsentLibrary {

    private static final List<String> NAMES = List.of("libtorch", "OpenBLAS");
    private static final List<String> PACKAGES = List.of("org/bytedeco/pytorch", "org/bytedeco/openblas");

    /** A small class of each. */
    private static final List<String> MARKERS = List.of("/presets/torch.class", "/presets/openblas.class");

    private AbsentLibrary() {}

    /** Refuses, in one sentence, what computes on the CPU where a library of it was left out. Loads nothing. */
    public static void requireNone() {
        first().ifPresent(sentence -> {
            throw new IllegalArgumentException("this cannot be done on the CPU here: " + sentence);
        });
    }

    /** Refuses, in one sentence, work that needs those libraries whatever the device. Loads nothing. */
    public static void requireFor(String work) {
        firstName().ifPresent(name -> {
            throw new IllegalArgumentException(
                    work + " needs " + name
                            + ", which is not part of this installation, as in the portable bundle: use a full build of Fizeau");
        });
    }

    /** What is missing and the remedy, in one clause; empty where everything is here. Loads nothing. */
    public static Optional<String> first() {
        return firstName().map(AbsentLibrary::sentence);
    }

    private static Optional<String> firstName() {
        ClassLoader loader = AbsentLibrary.class.getClassLoader();
        for (int i = 0; i < NAMES.size(); i++) {
            if (loader.getResource(PACKAGES.get(i) + MARKERS.get(i)) == null) {
                return Optional.of(NAMES.get(i));
            }
        }
        return Optional.empty();
    }

    private static String sentence(String name) {
        return name
                + " is not part of this installation, as in the portable bundle: use --device cuda where the command"
                + " has it, or a full build of Fizeau";
    }

    /** One clause with the remedy; empty where the failure has another cause. */
    public static Optional<String> explain(Throwable failure) {
        List<Throwable> seen = new ArrayList<>();
        for (Throwable cause = failure; cause != null && !seen.contains(cause); cause = cause.getCause()) {
            seen.add(cause);
            // A class that could not be initialised before names the first failure in its message only.
            String said = String.valueOf(cause.getMessage()).replace('.', '/');
            boolean absence = cause instanceof NoClassDefFoundError
                    || cause instanceof ClassNotFoundException
                    || said.contains("NoClassDefFoundError");
            for (int i = 0; absence && i < NAMES.size(); i++) {
                if (said.contains(PACKAGES.get(i))) {
                    return Optional.of(sentence(NAMES.get(i)));
                }
            }
        }
        return Optional.empty();
    }
}
