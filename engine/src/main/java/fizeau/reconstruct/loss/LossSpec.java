// SPDX-License-Identifier: Apache-2.0
package fizeau.reconstruct.loss;

import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * Which loss trains a reconstruction.
 *
 * @param type the loss
 * @param normalised whether L1 and L2 are divided by the mean of the target; the others, and the parts of a composite, never are
 * @param weights weight of each part of a composite loss; empty for the others
 */
public record LossSpec(LossType type, boolean normalised, Map<LossType, Double> weights) {

    /** The parts of a composite loss unless others are named. */
    public static final Map<LossType, Double> DEFAULT_WEIGHTS = Map.of(LossType.L1, 0.7, LossType.SSIM, 0.3);

    public LossSpec {
        weights = Map.copyOf(weights);
        if (type != LossType.COMPOSITE && !weights.isEmpty()) {
            throw new IllegalArgumentException("loss " + type.word() + " takes no weights: only composite does");
        }
        if (type == LossType.COMPOSITE && weights.isEmpty()) {
            throw new IllegalArgumentException("a composite loss needs weights, such as " + DEFAULT_WEIGHTS);
        }
        if (weights.containsKey(LossType.COMPOSITE)) {
            throw new IllegalArgumentException(
                    "a composite loss cannot be part of itself: weigh l1, l2, ssim or ms-ssim");
        }
    }

    /** The default setting of a loss named by its word: normalised, a composite with {@link #DEFAULT_WEIGHTS}. */
    public static LossSpec parse(String word) {
        LossType type = LossType.parse(word);
        return new LossSpec(type, true, type == LossType.COMPOSITE ? DEFAULT_WEIGHTS : Map.of());
    }

    /** The loss itself. */
    public ImageLoss loss() {
        return switch (type) {
            case COMPOSITE -> composite();
            case L1, L2, SSIM, MS_SSIM -> single(type, normalised);
        };
    }

    private ImageLoss composite() {
        List<CompositeLoss.Term> terms = new TreeMap<>(weights)
                .entrySet().stream()
                        .map(part -> new CompositeLoss.Term(part.getValue(), single(part.getKey(), false)))
                        .toList();
        return new CompositeLoss(terms);
    }

    private static ImageLoss single(LossType type, boolean normalised) {
        return switch (type) {
            case L1 -> new AbsoluteLoss(normalised);
            case L2 -> new SquaredLoss(normalised);
            case SSIM -> new SimilarityLoss();
            case MS_SSIM -> new MultiScaleSimilarityLoss();
            case COMPOSITE -> throw new IllegalArgumentException("a composite loss is not a single one");
        };
    }
}
