// SPDX-License-Identifier: Apache-2.0
package fizeau.bench.infer.torch;

import fizeau.bench.ops.LastUses;
import fizeau.bench.ops.torch.EagerAlgebra;
import org.bytedeco.pytorch.Tensor;

/** Rectifies and adds in place, as torchvision's residual networks do; right where the first operand is not used again. */
final class InPlaceAlgebra extends EagerAlgebra {

    InPlaceAlgebra(LastUses uses) {
        super(uses);
    }

    @Override
    public Tensor relu(Tensor x) {
        x.relu_();
        return made(x);
    }

    @Override
    public Tensor add(Tensor left, Tensor right) {
        left.add_(right);
        return made(left);
    }
}
