// SPDX-License-Identifier: Apache-2.0
package fizeau.bench.infer.torch;

import fizeau.bench.ops.torch.EagerAlgebra;
import org.bytedeco.pytorch.Tensor;

/** Rectifies and adds in place, as torchvision's residual networks do; right where the first operand is not used again. */
final class InPlaceAlgebra extends EagerAlgebra {

    @Override
    public Tensor relu(Tensor x) {
        return x.relu_();
    }

    @Override
    public Tensor add(Tensor left, Tensor right) {
        return left.add_(right);
    }
}
