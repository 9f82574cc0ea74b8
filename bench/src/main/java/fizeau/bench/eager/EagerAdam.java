// SPDX-License-Identifier: Apache-2.0
package fizeau.bench.eager;

import java.util.List;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.NoGradGuard;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;

/**
 * Adam as {@code torch.optim} does it on a CPU: tensor by tensor, one library operation after the other, no weight decay,
 * beta 0.9 and 0.999, epsilon 1e-8 added after the square root. Owns the moments, borrows the parameters.
 */
public final class EagerAdam implements AutoCloseable {

    private static final double BETA1 = 0.9;
    private static final double BETA2 = 0.999;
    private static final double EPSILON = 1e-8;

    private final List<Tensor> parameters;
    private final List<Tensor> firstMoments;
    private final List<Tensor> secondMoments;
    private final double learningRate;
    private long steps;

    /** A fresh optimiser: moments zero, step count zero. */
    EagerAdam(List<Tensor> parameters, double learningRate) {
        this.parameters = List.copyOf(parameters);
        this.learningRate = learningRate;
        this.firstMoments = zerosLike(parameters);
        this.secondMoments = zerosLike(parameters);
    }

    private static List<Tensor> zerosLike(List<Tensor> tensors) {
        return tensors.stream()
                .map(tensor -> EagerTensors.keep(torch.zeros_like(tensor)))
                .toList();
    }

    /** One step along the gradients that the last backward pass left on the parameters. */
    void step() {
        steps++;
        double stepSize = learningRate / (1 - Math.pow(BETA1, steps));
        double secondScale = Math.sqrt(1 - Math.pow(BETA2, steps));
        try (PointerScope scope = new PointerScope();
                NoGradGuard guard = new NoGradGuard()) {
            Scalar oneMinusBeta1 = new Scalar(1 - BETA1);
            Scalar beta2 = new Scalar(BETA2);
            Scalar oneMinusBeta2 = new Scalar(1 - BETA2);
            Scalar scale = new Scalar(secondScale);
            Scalar epsilon = new Scalar(EPSILON);
            Scalar minusStep = new Scalar(-stepSize);
            for (int i = 0; i < parameters.size(); i++) {
                Tensor gradient = parameters.get(i).grad();
                Tensor first = firstMoments.get(i);
                Tensor second = secondMoments.get(i);
                first.lerp_(gradient, oneMinusBeta1);
                second.mul_(beta2).addcmul_(gradient, gradient, oneMinusBeta2);
                Tensor denominator = second.sqrt().div_(scale).add_(epsilon);
                parameters.get(i).addcdiv_(first, denominator, minusStep);
            }
        }
    }

    @Override
    public void close() {
        firstMoments.forEach(Tensor::close);
        secondMoments.forEach(Tensor::close);
    }
}
