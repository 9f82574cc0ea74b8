// SPDX-License-Identifier: Apache-2.0
package fizeau.unet;

/** What a training minimises over a batch of patches. */
public enum PatchLoss {
    /** Mean over samples of {@code 1 - (2 sum pt + s) / (sum p + sum t + s)}, plus mean binary cross entropy of logits. */
    OVERLAP,
    /** Mean squared error. */
    SQUARED_ERROR
}
