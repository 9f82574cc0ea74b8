// SPDX-License-Identifier: Apache-2.0
package fizeau.bench.infer;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;

/** Who runs a network. */
public enum Framework {
    /** Eager libtorch, on the CPU the reference of all speedups. */
    LIBTORCH,
    /** Ours: traced, folded and fused, on oneDNN. */
    ENGINE,
    /** The network as StableHLO, compiled by XLA. */
    XLA,
    /** Eager PyTorch in Python. */
    PYTORCH,
    /** Python's {@code torch.compile}. */
    TORCH_COMPILE,
    /** Python's {@code jax.jit}. */
    JAX;

    private static final String ALL = "all";

    /** The original's word for its two frameworks. */
    private static final String BOTH = "both";

    /** The word in options and records. */
    public String word() {
        return name().toLowerCase(Locale.ROOT).replace('_', '-');
    }

    /** Whose time stands above the line in speedups: eager PyTorch, without Python where its libtorch is the one for the device. */
    public static Framework reference(String device) {
        return device.equals("cpu") ? LIBTORCH : PYTORCH;
    }

    /** Whether it runs in a Python process of its own. */
    public boolean peer() {
        return this == PYTORCH || this == TORCH_COMPILE || this == JAX;
    }

    /** What Python must be able to import for it. */
    String module() {
        return this == JAX ? "jax" : "torch";
    }

    /** Whether a process spends tens of seconds on compiling before its first picture. */
    public boolean compiles() {
        return this == TORCH_COMPILE || this == JAX || this == XLA;
    }

    public static Framework named(String word) {
        return parse(List.of(word)).get(0);
    }

    /**
     * Frameworks by their words, without repetition; {@code both} means PyTorch and JAX, as in the original.
     *
     * @throws IllegalArgumentException in one sentence for a word that is none
     */
    public static List<Framework> parse(List<String> words) {
        List<Framework> found = new ArrayList<>();
        for (String word : words) {
            switch (word.strip().toLowerCase(Locale.ROOT)) {
                case ALL -> found.addAll(List.of(values()));
                case BOTH -> found.addAll(List.of(PYTORCH, JAX));
                default -> found.add(one(word));
            }
        }
        return found.stream().distinct().toList();
    }

    private static Framework one(String word) {
        return Arrays.stream(values())
                .filter(framework -> framework.word().equals(word.strip().toLowerCase(Locale.ROOT)))
                .findFirst()
                .orElseThrow(() -> new IllegalArgumentException("framework " + word + " is unknown: use "
                        + Arrays.stream(values()).map(Framework::word).collect(Collectors.joining(", "))
                        + ", " + BOTH + " or " + ALL));
    }
}
