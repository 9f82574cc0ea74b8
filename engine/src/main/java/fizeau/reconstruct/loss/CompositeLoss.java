// SPDX-License-Identifier: Apache-2.0
package fizeau.reconstruct.loss;

import fizeau.optics.Shape;
import java.util.Arrays;
import java.util.List;

/** A weighted sum of losses. */
public record CompositeLoss(List<Term> terms) implements ImageLoss {

    /** One summand. */
    public record Term(double weight, ImageLoss loss) {

        public Term {
            if (!Double.isFinite(weight)) {
                throw new IllegalArgumentException("weight " + weight + " of a composite loss must be finite");
            }
        }
    }

    public CompositeLoss {
        terms = List.copyOf(terms);
        if (terms.isEmpty()) {
            throw new IllegalArgumentException("a composite loss needs at least one weighted loss");
        }
    }

    @Override
    public TargetedLoss against(float[] target, Shape shape) {
        TargetedLoss[] losses = new TargetedLoss[terms.size()];
        double[] weights = new double[losses.length];
        for (int i = 0; i < losses.length; i++) {
            losses[i] = terms.get(i).loss().against(target, shape);
            weights[i] = terms.get(i).weight();
        }
        return new Against(losses, weights, new float[target.length], new double[target.length]);
    }

    private record Against(TargetedLoss[] losses, double[] weights, float[] part, double[] sum)
            implements TargetedLoss {

        @Override
        public double value(float[] prediction) {
            double value = 0;
            for (int i = 0; i < losses.length; i++) {
                value += weights[i] * losses[i].value(prediction);
            }
            return value;
        }

        @Override
        public double gradient(float[] prediction, float[] gradient) {
            ImageStack.requireLength("gradient", gradient, part.length);
            Arrays.fill(sum, 0);
            double value = 0;
            for (int i = 0; i < losses.length; i++) {
                value += weights[i] * losses[i].gradient(prediction, part);
                for (int pixel = 0; pixel < sum.length; pixel++) {
                    sum[pixel] += weights[i] * part[pixel];
                }
            }
            ImageStack.storeImage(sum, gradient, 0);
            return value;
        }
    }
}
