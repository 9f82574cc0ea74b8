// SPDX-License-Identifier: Apache-2.0
package fizeau.bench.im2im;

import java.util.Arrays;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * What may stand in the column {@code branch} beside revisions: {@code baseline} (no switch), {@code fused} (all that keep
 * the numbers), {@code gpu} (the same on a GPU), {@code baseline+SWITCH+SWITCH}, {@code fused-without-SWITCH}, or switches alone.
 *
 * @param name as it was written
 */
public record Preset(String name, Set<Im2imSwitch> switches) {
    private static final String BASELINE = "baseline";
    /** All switches on a GPU, whatever the column trainer leaves open. */
    static final String GPU = "gpu";

    private static final List<String> FUSED = List.of("fused", "optimized", "all", GPU);
    private static final String WITHOUT = "-without-";

    /** The preset of this name; empty when it is none and must be a revision. */
    public static Optional<Preset> of(String name, Im2imMode mode, Accelerator accelerator) {
        int without = name.indexOf(WITHOUT);
        if (without > 0 && FUSED.contains(name.substring(0, without))) {
            Set<Im2imSwitch> left = fused(mode, accelerator);
            left.remove(Im2imSwitch.parse(name.substring(without + WITHOUT.length()), mode, accelerator));
            return Optional.of(new Preset(name, left));
        }
        String[] words = name.split("\\+");
        Set<Im2imSwitch> on = EnumSet.noneOf(Im2imSwitch.class);
        for (int i = 0; i < words.length; i++) {
            String word = words[i];
            if (i == 0 && FUSED.contains(word)) {
                on.addAll(fused(mode, accelerator));
            } else if (i > 0 || isSwitch(word)) {
                if (i > 0 && !knownFirst(words[0])) {
                    return Optional.empty(); // a revision with a plus in its name
                }
                on.add(Im2imSwitch.parse(word, mode, accelerator));
            } else if (!word.equals(BASELINE)) {
                return Optional.empty();
            }
        }
        return Optional.of(new Preset(name, on));
    }

    /** Whether a name means all switches on a GPU, or some of them. */
    static boolean ofGpu(String name) {
        return name.equals(GPU) || name.startsWith(GPU + "+") || name.startsWith(GPU + WITHOUT);
    }

    /** Whether a name means all switches. */
    static boolean isFused(String name) {
        return FUSED.contains(name);
    }

    private static boolean knownFirst(String word) {
        return word.equals(BASELINE) || FUSED.contains(word) || isSwitch(word);
    }

    private static boolean isSwitch(String word) {
        return Arrays.stream(Im2imSwitch.values()).anyMatch(one -> one.word().equals(word));
    }

    private static Set<Im2imSwitch> fused(Im2imMode mode, Accelerator accelerator) {
        return EnumSet.copyOf(Im2imSwitch.ofFused(mode, accelerator));
    }
}
