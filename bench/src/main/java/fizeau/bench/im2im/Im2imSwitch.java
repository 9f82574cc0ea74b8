// SPDX-License-Identifier: Apache-2.0
package fizeau.bench.im2im;

import java.util.Arrays;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;

/**
 * One optimisation. All but the precision compute the same numbers, up to rounding. Two are no part of {@code fused}: the
 * precision, and packed weights, which help where windows go one at a time (libtorch computes those without oneDNN) and gained
 * nothing on top of batches of windows.
 */
public enum Im2imSwitch {
    VOLUME_CACHE("volume_cache", true, false, "volumes are reduced and normalised once, not for every patch"),
    PREFETCH("prefetch", true, true, "a second thread prepares the next batch"),
    KEEP_MEMORY(
            "keep_memory", true, true, "freed memory stays with the process instead of being mapped anew in each step"),
    GROUP_NORM("group_norm", true, true, "instance norm by the kernel of group norm, one channel in a group"),
    CHANNELS_LAST(
            "channels_last",
            true,
            true,
            "activations keep the channels of a voxel together; instance norm is then a batch norm of each sample"),
    FUSED_OPTIMIZER("fused_optimizer", true, false, "Adam over one buffer that holds all parameters"),
    WINDOW_BATCH("window_batch", false, true, "windows go through the network eight at a time"),
    PREPACK("prepack", false, true, "weights are laid out for oneDNN once, not in every call"),
    BF16("bf16", true, true, "convolutions in bfloat16"),
    FOLD_NORM(
            "fold_norm",
            "the network normalises every sample by its own mean and deviation, so that there are no stored"
                    + " statistics to fold into weights"),
    CUDNN_AUTOTUNE("cudnn_autotune", Im2imSwitch.NO_CUDA),
    TF32("tf32", Im2imSwitch.NO_CUDA),
    PINNED("pinned", Im2imSwitch.NO_CUDA),
    GRAPH("graph", Im2imSwitch.NO_CUDA);

    private static final String NO_CUDA = "it needs CUDA, and this family computes on the processor only";

    private final String word;
    private final boolean train;
    private final boolean infer;
    private final String meaning;
    private final String reason;

    Im2imSwitch(String word, boolean train, boolean infer, String meaning) {
        this.word = word;
        this.train = train;
        this.infer = infer;
        this.meaning = meaning;
        this.reason = null;
    }

    Im2imSwitch(String word, String reason) {
        this.word = word;
        this.train = false;
        this.infer = false;
        this.meaning = "";
        this.reason = reason;
    }

    public String word() {
        return word;
    }

    public String meaning() {
        return meaning;
    }

    /** The override that sets it. */
    public String key() {
        return "opt." + word;
    }

    /** Whether results stay the same up to rounding in single precision. */
    public boolean exact() {
        return this != BF16;
    }

    /** Why it is not possible, or null. */
    public String reason() {
        return reason;
    }

    public boolean appliesTo(Im2imMode mode) {
        return mode == Im2imMode.TRAIN ? train : infer;
    }

    /** Those that {@code fused} turns on, in the order of the ladder. */
    public static List<Im2imSwitch> ofFused(Im2imMode mode) {
        return Arrays.stream(values())
                .filter(one -> one.appliesTo(mode) && one.exact() && one != PREPACK)
                .toList();
    }

    /** By its word; refuses, in one sentence, what is unknown or not possible here. */
    public static Im2imSwitch parse(String text, Im2imMode mode) {
        Im2imSwitch found = Arrays.stream(values())
                .filter(one -> one.word.equals(text))
                .findFirst()
                .orElseThrow(() -> new IllegalArgumentException("switch " + text + " is unknown: use "
                        + String.join(
                                ", ",
                                Arrays.stream(values())
                                        .filter(one -> one.appliesTo(mode))
                                        .map(Im2imSwitch::word)
                                        .toList())));
        if (found.reason != null) {
            throw new IllegalArgumentException("switch " + text + " is not possible: " + found.reason);
        }
        if (!found.appliesTo(mode)) {
            throw new IllegalArgumentException(
                    "switch " + text + " changes nothing in " + mode.word() + ": leave it out");
        }
        return found;
    }

    /** Words of a set in the order of the ladder. */
    public static List<String> words(Set<Im2imSwitch> some) {
        return some.isEmpty()
                ? List.of()
                : EnumSet.copyOf(some).stream().map(Im2imSwitch::word).toList();
    }
}
