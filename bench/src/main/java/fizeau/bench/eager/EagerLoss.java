// SPDX-License-Identifier: Apache-2.0
package fizeau.bench.eager;

import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;

/** The training loss: mean absolute difference over the mean absolute target. */
final class EagerLoss {

    /** Keeps the loss finite for a target that is zero everywhere. */
    private static final double FLOOR = 1e-8;

    private EagerLoss() {}

    static Tensor normalisedL1(Tensor prediction, Tensor target) {
        Tensor zeroLoss = target.abs().mean().add(new Scalar(FLOOR));
        return torch.l1_loss(prediction, target).div(zeroLoss);
    }
}
