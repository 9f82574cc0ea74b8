// SPDX-License-Identifier: Apache-2.0
package fizeau.bench.evidence;

import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;

/** What is shown, in the order in which one wants to know it on a new machine. */
public enum EvidenceStep {
    DOCTOR("what this machine offers"),
    VERIFY("the mathematics, against reference vectors"),
    TESTS("the conformance suites on the card"),
    CEILINGS("what the device reaches at best, and what beginning a kernel costs"),
    OPERATOR("the speed table of the measurement operator, peers beside it"),
    COMPARE("trainings by our own kernels and by cuDNN, cuBLAS and cuFFT, peers beside them"),
    ABLATE("what every switch is worth"),
    CACHES("what look-ups cost and save"),
    BATCH("throughput of several reconstructions together"),
    PROFILE("a training's timeline, and reports of NVIDIA's profilers"),
    MEMCHECK("the conformance suites under compute-sanitizer's memcheck"),
    RACECHECK("the same under racecheck"),
    INITCHECK("the same under initcheck"),
    SYNCCHECK("the same under synccheck");

    /** All four tools of the sanitizer, as one word. */
    public static final String SANITIZER = "sanitizer";

    private final String meaning;

    EvidenceStep(String meaning) {
        this.meaning = meaning;
    }

    /** The name on the command line and in records. */
    public String word() {
        return name().toLowerCase(Locale.ROOT).replace('_', '-');
    }

    public String meaning() {
        return meaning;
    }

    /** Whether it is the conformance suites under a tool of compute-sanitizer. */
    public boolean isSanitizer() {
        return ordinal() >= MEMCHECK.ordinal();
    }

    /** Those that are named, in their order; refuses others in one sentence. */
    public static List<EvidenceStep> parse(List<String> words) {
        for (String word : words) {
            if (!word.equals(SANITIZER)
                    && Arrays.stream(values()).noneMatch(step -> step.word().equals(word))) {
                throw new IllegalArgumentException("--steps " + word + " is unknown: use "
                        + Arrays.stream(values()).map(EvidenceStep::word).collect(Collectors.joining(", ")) + " or "
                        + SANITIZER);
            }
        }
        return Arrays.stream(values())
                .filter(step -> words.contains(step.word()) || step.isSanitizer() && words.contains(SANITIZER))
                .toList();
    }
}
