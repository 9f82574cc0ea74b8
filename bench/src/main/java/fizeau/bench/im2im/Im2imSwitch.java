// SPDX-License-Identifier: Apache-2.0
package fizeau.bench.im2im;

import java.util.Arrays;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;

/**
 * One optimisation. All but the precisions compute the same numbers, up to rounding. No part of {@code fused} are the
 * precisions, and packed weights, which help where windows go one at a time (libtorch computes those without oneDNN) and gained
 * nothing on top of batches of windows.
 */
public enum Im2imSwitch {
    VOLUME_CACHE(
            "volume_cache", true, false, Where.ANY, "volumes are reduced and normalised once, not for every patch"),
    PREFETCH("prefetch", true, true, Where.ANY, "a second thread prepares the next batch"),
    KEEP_MEMORY(
            "keep_memory",
            true,
            true,
            Where.CPU,
            "freed memory stays with the process instead of being mapped anew in each step"),
    GROUP_NORM(
            "group_norm", true, true, Where.CPU, "instance norm by the kernel of group norm, one channel in a group"),
    CHANNELS_LAST(
            "channels_last",
            true,
            true,
            Where.CPU,
            "activations keep the channels of a voxel together; instance norm is then a batch norm of each sample"),
    FUSED_OPTIMIZER(
            "fused_optimizer",
            true,
            false,
            Where.ANY,
            "Adam over one buffer that holds all parameters, on a GPU in one launch"),
    ONEDNN(
            "onednn",
            true,
            false,
            Where.CPU,
            "the network as oneDNN's own primitives with a way back of its own, a sample on each thread"),
    WINDOW_BATCH("window_batch", false, true, Where.ANY, "windows go through the network eight at a time"),
    PREPACK("prepack", false, true, Where.CPU, "weights are laid out for oneDNN once, not in every call"),
    BF16("bf16", true, true, Where.CPU, "convolutions in bfloat16"),
    CUDNN_AUTOTUNE(
            "cudnn_autotune", true, true, Where.GPU, "cuDNN's algorithm for each convolution is chosen by measurement"),
    GRAPH("graph", true, true, Where.GPU, "a step, or a batch of windows, is captured once and replayed"),
    TF32("tf32", true, true, Where.GPU, "convolutions round factors to 10 bits of mantissa"),
    FOLD_NORM(
            "fold_norm",
            "the network normalises every sample by its own mean and deviation, so that there are no stored"
                    + " statistics to fold into weights"),
    PINNED(
            "pinned",
            "copies to and from a GPU always go through pinned memory, and the processor's own memory needs none");

    /** Where a switch means something. */
    private enum Where {
        ANY,
        CPU,
        GPU
    }

    private final String word;
    private final boolean train;
    private final boolean infer;
    private final Where where;
    private final String meaning;
    private final String reason;

    Im2imSwitch(String word, boolean train, boolean infer, Where where, String meaning) {
        this.word = word;
        this.train = train;
        this.infer = infer;
        this.where = where;
        this.meaning = meaning;
        this.reason = null;
    }

    Im2imSwitch(String word, String reason) {
        this.word = word;
        this.train = false;
        this.infer = false;
        this.where = Where.ANY;
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
        return this != BF16 && this != TF32;
    }

    /** Why it is not possible, or null. */
    public String reason() {
        return reason;
    }

    public boolean appliesTo(Im2imMode mode, Accelerator accelerator) {
        return (mode == Im2imMode.TRAIN ? train : infer) && appliesTo(accelerator);
    }

    private boolean appliesTo(Accelerator accelerator) {
        return where == Where.ANY || where.name().equals(accelerator.name());
    }

    /** Those that {@code fused} turns on, in the order of the ladder. */
    public static List<Im2imSwitch> ofFused(Im2imMode mode, Accelerator accelerator) {
        return Arrays.stream(values())
                .filter(one -> one.appliesTo(mode, accelerator) && one.exact() && one != PREPACK)
                .toList();
    }

    /** The one that lowers the precision. */
    public static Im2imSwitch ofPrecision(Accelerator accelerator) {
        return accelerator == Accelerator.GPU ? TF32 : BF16;
    }

    /** By its word; refuses, in one sentence, what is unknown or not possible here. */
    public static Im2imSwitch parse(String text, Im2imMode mode, Accelerator accelerator) {
        Im2imSwitch found = Arrays.stream(values())
                .filter(one -> one.word.equals(text))
                .findFirst()
                .orElseThrow(() -> new IllegalArgumentException("switch " + text + " is unknown: use "
                        + String.join(
                                ", ",
                                Arrays.stream(values())
                                        .filter(one -> one.appliesTo(mode, accelerator))
                                        .map(Im2imSwitch::word)
                                        .toList())));
        if (found.reason != null) {
            throw new IllegalArgumentException("switch " + text + " is not possible: " + found.reason);
        }
        found.requireOn(accelerator);
        if (!found.appliesTo(mode, accelerator)) {
            throw new IllegalArgumentException(
                    "switch " + text + " changes nothing in " + mode.word() + ": leave it out");
        }
        return found;
    }

    /** Refuses, in one sentence, what means nothing there. */
    void requireOn(Accelerator accelerator) {
        if (!appliesTo(accelerator)) {
            throw new IllegalArgumentException("switch " + word + " does not exist on the " + accelerator.word()
                    + ": leave it out, or use trainer "
                    + (accelerator == Accelerator.GPU ? Accelerator.CPU : Accelerator.GPU).word());
        }
    }

    /** Words of a set in the order of the ladder. */
    public static List<String> words(Set<Im2imSwitch> some) {
        return some.isEmpty()
                ? List.of()
                : EnumSet.copyOf(some).stream().map(Im2imSwitch::word).toList();
    }
}
