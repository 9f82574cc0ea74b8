// SPDX-License-Identifier: Apache-2.0
package fizeau.bench.im2im.torch;

import fizeau.bench.im2im.Experiment;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;

/** What is minimised. */
final class Losses {
    private Losses() {}

    /**
     * A scalar.
     *
     * @param output {@code [batch, 1, nz, ny, nx]}, for segmentation before the sigmoid
     * @param target of the same shape, for segmentation zeros and ones
     */
    static Tensor of(Experiment experiment, Tensor output, Tensor target) {
        return switch (experiment) {
            case LABELFREE -> torch.mse_loss(output, target);
            case SEGMENTATION -> diceAndCrossEntropy(output, target);
        };
    }

    /** Mean over the batch of {@code 1 - (2 sum pt + s) / (sum p + sum t + s)}, plus mean binary cross entropy. */
    private static Tensor diceAndCrossEntropy(Tensor output, Tensor target) {
        Tensor probability = torch.sigmoid(output);
        Tensor common = probability.mul(target).flatten(1, -1).sum(1);
        Tensor all = probability.flatten(1, -1).sum(1).add(target.flatten(1, -1).sum(1));
        Tensor overlap = common.mul(new Scalar(2))
                .add(new Scalar(Experiment.SMOOTH))
                .div(all.add(new Scalar(Experiment.SMOOTH)));
        Tensor dice = overlap.neg().add(new Scalar(1)).mean();
        return dice.add(torch.binary_cross_entropy_with_logits(output, target));
    }
}
