// SPDX-License-Identifier: Apache-2.0
package fizeau.bench.pinn.eager;

import fizeau.bench.eager.EagerTensors;
import fizeau.pinn.LowRankNetwork;
import java.util.ArrayList;
import java.util.List;
import org.bytedeco.pytorch.CompilationUnit;
import org.bytedeco.pytorch.Function;
import org.bytedeco.pytorch.IValue;
import org.bytedeco.pytorch.IValueVector;
import org.bytedeco.pytorch.QualifiedName;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.TensorVector;
import org.bytedeco.pytorch.global.torch;
import org.bytedeco.pytorch.global.torch.ScalarType;

/** The low-rank network on tensors, its square layers composed anew in every call. */
abstract class FieldModel {
    private static final int START = 0;
    private static final int BIAS = 1;
    private static final int ALPHA = 2;
    private static final int END = 5;
    private static final int END_BIAS = 6;

    /** The same network as TorchScript. */
    static final String SCRIPT = """
            def field(x, t, start, bias, a0, a1, a2, end, endbias, c0, c1, c2, r0, r1, r2):
                h = torch.tanh(torch.addmm(bias, torch.cat([x, t], 1), start))
                h = torch.tanh(torch.mm(h, torch.mm(torch.mm(c0, torch.diag(a0)), r0)))
                h = torch.tanh(torch.mm(h, torch.mm(torch.mm(c1, torch.diag(a1)), r1)))
                h = torch.tanh(torch.mm(h, torch.mm(torch.mm(c2, torch.diag(a2)), r2)))
                return torch.addmm(endbias, h, end)
            """;

    private final List<Tensor> trained = new ArrayList<>();
    private final List<Tensor> fixed = new ArrayList<>();
    private final LowRankNetwork network;

    private FieldModel(LowRankNetwork network, float[] parameters, ScalarType precision, OwnedPointers owned) {
        this.network = network;
        int h = network.width();
        trained.add(leaf(parameters, network.startWeights(), precision, LowRankNetwork.COORDINATES, h));
        trained.add(leaf(parameters, network.startBias(), precision, h));
        for (int layer = 0; layer < LowRankNetwork.SQUARE_LAYERS; layer++) {
            trained.add(leaf(parameters, network.alpha(layer), precision, h));
        }
        trained.add(leaf(parameters, network.endWeights(), precision, h, 1));
        trained.add(leaf(parameters, network.endBias(), precision, 1));
        trained.forEach(tensor -> owned.own(tensor.requires_grad_(true)));
        for (float[] columns : network.columns()) {
            fixed.add(owned.own(leaf(columns, 0, precision, h, h)));
        }
        for (float[] rows : network.rows()) {
            fixed.add(owned.own(leaf(rows, 0, precision, h, h)));
        }
    }

    static FieldModel of(
            LowRankNetwork network, float[] parameters, ScalarType precision, boolean scripted, OwnedPointers owned) {
        return scripted
                ? new Scripted(network, parameters, precision, owned)
                : new Plain(network, parameters, precision, owned);
    }

    private static Tensor leaf(float[] values, int from, ScalarType precision, long... shape) {
        Tensor tensor = torch.empty(shape);
        EagerTensors.write(tensor, values, from, (int) tensor.numel());
        return precision == ScalarType.Float ? tensor : tensor.to(precision);
    }

    /** The normalised field at points whose coordinates are columns. */
    abstract Tensor apply(Tensor x, Tensor t);

    TensorVector parameters() {
        return new TensorVector(trained.toArray(Tensor[]::new));
    }

    float[] read() {
        return read(trained);
    }

    void readGradient(float[] target) {
        float[] values = read(trained.stream().map(Tensor::grad).toList());
        System.arraycopy(values, 0, target, 0, values.length);
    }

    private float[] read(List<Tensor> tensors) {
        float[] values = new float[network.trainable()];
        int at = 0;
        for (Tensor tensor : tensors) {
            int count = (int) tensor.numel();
            EagerTensors.read(tensor.detach().to(ScalarType.Float), values, at, count);
            at += count;
        }
        return values;
    }

    private static final class Plain extends FieldModel {

        Plain(LowRankNetwork network, float[] parameters, ScalarType precision, OwnedPointers owned) {
            super(network, parameters, precision, owned);
        }

        @Override
        Tensor apply(Tensor x, Tensor t) {
            List<Tensor> w = super.trained;
            Tensor points = torch.cat(new TensorVector(x, t), 1);
            Tensor hidden = torch.addmm(w.get(BIAS), points, w.get(START)).tanh();
            for (int layer = 0; layer < LowRankNetwork.SQUARE_LAYERS; layer++) {
                Tensor columns = super.fixed.get(layer);
                Tensor rows = super.fixed.get(LowRankNetwork.SQUARE_LAYERS + layer);
                Tensor square = columns.mm(w.get(ALPHA + layer).diag()).mm(rows);
                hidden = hidden.mm(square).tanh();
            }
            return torch.addmm(w.get(END_BIAS), hidden, w.get(END));
        }
    }

    private static final class Scripted extends FieldModel {
        private final Function function;

        Scripted(LowRankNetwork network, float[] parameters, ScalarType precision, OwnedPointers owned) {
            super(network, parameters, precision, owned);
            CompilationUnit unit = owned.own(torch.compile(SCRIPT));
            function = owned.own(unit.get_function(new QualifiedName("field")));
        }

        @Override
        Tensor apply(Tensor x, Tensor t) {
            IValueVector arguments = new IValueVector();
            arguments.push_back(new IValue(x));
            arguments.push_back(new IValue(t));
            super.trained.forEach(tensor -> arguments.push_back(new IValue(tensor)));
            super.fixed.forEach(tensor -> arguments.push_back(new IValue(tensor)));
            return function.apply(arguments).toTensor();
        }
    }
}
