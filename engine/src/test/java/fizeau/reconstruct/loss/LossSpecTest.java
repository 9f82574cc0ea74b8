// SPDX-License-Identifier: Apache-2.0
package fizeau.reconstruct.loss;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import fizeau.optics.Shape;
import java.util.Map;
import org.junit.jupiter.api.Test;

class LossSpecTest {

    private static final Shape SHAPE = new Shape(1, 2);
    private static final float[] PREDICTION = {1, 0};
    private static final float[] TARGET = {0.5f, 0.25f};

    @Test
    void wordsNameLosses() {
        assertThat(LossSpec.parse("l1").loss()).isEqualTo(new AbsoluteLoss(true));
        assertThat(LossSpec.parse("l2").loss()).isEqualTo(new SquaredLoss(true));
        assertThat(LossSpec.parse("ssim").loss()).isEqualTo(new SimilarityLoss());
        assertThat(LossSpec.parse("ms-ssim").loss()).isEqualTo(new MultiScaleSimilarityLoss());
        assertThat(LossSpec.parse("composite").weights()).isEqualTo(Map.of(LossType.L1, 0.7, LossType.SSIM, 0.3));
        assertThatThrownBy(() -> LossSpec.parse("huber"))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("loss huber is unknown: use l1, l2, ssim, ms-ssim, composite");
    }

    @Test
    void absoluteAndSquaredLossesAreThoseWorkedOutByHand() {
        // differences 1/2 and -1/4; means of |t| and t^2 are 3/8 and 5/32
        assertThat(new AbsoluteLoss(false).value(PREDICTION, TARGET, SHAPE)).isEqualTo(0.375);
        assertThat(new AbsoluteLoss(true).value(PREDICTION, TARGET, SHAPE)).isEqualTo(1, within(1e-7));
        assertThat(new SquaredLoss(false).value(PREDICTION, TARGET, SHAPE)).isEqualTo(0.15625);
        assertThat(new SquaredLoss(true).value(PREDICTION, TARGET, SHAPE)).isEqualTo(1, within(1e-6));
        assertThat(new AbsoluteLoss(true).value(PREDICTION, new float[2], SHAPE))
                .isEqualTo(5e7, within(1.0));
    }

    @Test
    void theAbsoluteLossIsFlatWhereImagesAreEqual() {
        float[] gradient = new float[2];
        new AbsoluteLoss(false).gradient(new float[] {0.5f, 0}, TARGET, SHAPE, gradient);
        assertThat(gradient).containsExactly(0, -0.5f);
    }

    @Test
    void theDualLossKeepsOldAndNewApart() {
        DualLoss loss = DualLoss.against(new AbsoluteLoss(false), TARGET, new float[2], SHAPE);
        float[] oldGradient = new float[2];
        float[] newGradient = new float[2];
        DualLoss.Values values = loss.gradient(PREDICTION, TARGET, oldGradient, newGradient);
        assertThat(values).isEqualTo(new DualLoss.Values(0.375, 0.375)).isEqualTo(loss.values(PREDICTION, TARGET));
        assertThat(values.total()).isEqualTo(0.75);
        assertThat(oldGradient).containsExactly(0.5f, -0.5f);
        assertThat(newGradient).containsExactly(0.5f, 0.5f);
    }

    @Test
    void aSampleThatFailsTriesEveryOtherSingleLossFirst() {
        assertThat(LossType.L1.retryOrder()).containsExactly(LossType.SSIM, LossType.L2, LossType.MS_SSIM, LossType.L1);
        assertThat(LossType.MS_SSIM.retryOrder())
                .containsExactly(LossType.L1, LossType.SSIM, LossType.L2, LossType.MS_SSIM);
        assertThatThrownBy(LossType.COMPOSITE::retryOrder)
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("composite");
    }

    @Test
    void weightsBelongToCompositesOnly() {
        assertThatThrownBy(() -> new LossSpec(LossType.L1, true, Map.of(LossType.L2, 1.0)))
                .isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> new LossSpec(LossType.COMPOSITE, true, Map.of()))
                .isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> new LossSpec(LossType.COMPOSITE, true, Map.of(LossType.COMPOSITE, 1.0)))
                .isInstanceOf(IllegalArgumentException.class);
    }
}
