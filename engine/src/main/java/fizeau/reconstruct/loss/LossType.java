// SPDX-License-Identifier: Apache-2.0
package fizeau.reconstruct.loss;

import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/** The losses by the words users know them by. */
public enum LossType {
    L1,
    L2,
    SSIM,
    MS_SSIM,
    COMPOSITE;

    /** The single losses in the order in which a failed sample tries the next one. */
    private static final List<LossType> RETRY_CYCLE = List.of(L1, SSIM, L2, MS_SSIM);

    public String word() {
        return name().toLowerCase(Locale.ROOT).replace('_', '-');
    }

    public static LossType parse(String word) {
        for (LossType type : values()) {
            if (type.word().equals(word)) {
                return type;
            }
        }
        throw new IllegalArgumentException("loss " + word + " is unknown: use "
                + Arrays.stream(values()).map(LossType::word).collect(Collectors.joining(", ")));
    }

    /** The losses to try, in order, when a sample trained with this one does not converge; the last is this one again. */
    public List<LossType> retryOrder() {
        int start = RETRY_CYCLE.indexOf(this);
        if (start < 0) {
            throw new IllegalArgumentException("a " + word() + " loss has no retry order: start from one of "
                    + RETRY_CYCLE.stream().map(LossType::word).collect(Collectors.joining(", ")));
        }
        return IntStream.rangeClosed(1, RETRY_CYCLE.size())
                .mapToObj(k -> RETRY_CYCLE.get((start + k) % RETRY_CYCLE.size()))
                .toList();
    }
}
