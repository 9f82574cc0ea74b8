// SPDX-License-Identifier: Apache-2.0
package fizeau.bench.pinn.eager;

import fizeau.bench.eager.EagerTensors;
import fizeau.pinn.CollocationProblem;
import fizeau.pinn.CollocationProblem.Losses;
import fizeau.pinn.LowRankNetwork;
import java.util.Arrays;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.AdamW;
import org.bytedeco.pytorch.AdamWOptions;
import org.bytedeco.pytorch.BoolOptional;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.TensorVector;
import org.bytedeco.pytorch.global.torch;
import org.bytedeco.pytorch.global.torch.ScalarType;

/**
 * A step as PyTorch programs write it: forward for the data, forward again for the residual with derivatives by
 * {@code autograd.grad(create_graph)}, forward for each end of x, {@code backward} through all of it, AdamW. Every sample
 * brings its own points, in one batch. Terms that no sample of the equation has are not computed, nor are second derivatives
 * that only they would need.
 *
 * <p>Owns tensors. Confined to one thread. Threads of libtorch belong to the process and are set elsewhere.
 */
public final class EagerFineTuning implements AutoCloseable {
    private final CollocationProblem problem;
    private final FieldModel model;
    private final ScalarType precision;
    private final ResidualTerms terms;
    private final Tensor x;
    private final Tensor t;
    private final Tensor truth;
    private final Tensor edges;
    private final Tensor[] lower;
    private final Tensor[] upper;
    private final AdamW optimizer;
    private final OwnedPointers owned = new OwnedPointers();

    /**
     * @param scripted whether the network runs as TorchScript, compiled by libtorch, instead of operation by operation
     * @param doublePrecision 64-bit numbers throughout, for references
     */
    public EagerFineTuning(
            CollocationProblem problem,
            LowRankNetwork network,
            float[] initialParameters,
            double learningRate,
            double weightDecay,
            boolean scripted,
            boolean doublePrecision) {
        this.problem = problem;
        this.precision = doublePrecision ? ScalarType.Double : ScalarType.Float;
        try (PointerScope scope = new PointerScope()) {
            int copies = problem.samples().size();
            int points = problem.points();
            this.x = owned.own(column(repeat(problem.x(), copies)).requires_grad_(true));
            this.t = owned.own(column(repeat(problem.t(), copies)).requires_grad_(true));
            float[] truths = new float[copies * points];
            for (int sample = 0; sample < copies; sample++) {
                System.arraycopy(problem.samples().get(sample).truth(), 0, truths, sample * points, points);
            }
            this.truth = owned.own(column(truths));
            this.edges = problem.edgePoints() > 0 ? owned.own(column(repeat(problem.edges(), copies))) : null;
            this.terms = new ResidualTerms(problem, values -> owned.own(column(values)));
            boolean pairs = problem.pairs().count() > 0;
            this.lower = pairs ? ends(problem.pairs().lowerX(), copies) : null;
            this.upper = pairs ? ends(problem.pairs().upperX(), copies) : null;
            this.model = FieldModel.of(network, initialParameters, precision, scripted, owned);
            AdamWOptions options = new AdamWOptions(learningRate);
            options.weight_decay().put(weightDecay);
            this.optimizer = owned.own(new AdamW(model.parameters(), options));
        }
    }

    /** One optimiser step; the losses are those before it. */
    public Losses step() {
        try (PointerScope scope = new PointerScope()) {
            Losses losses = backward();
            optimizer.step();
            return losses;
        }
    }

    /** Losses at the current parameters and, in {@code target}, their gradient in the order of the network. */
    public Losses gradient(float[] target) {
        try (PointerScope scope = new PointerScope()) {
            Losses losses = backward();
            model.readGradient(target);
            return losses;
        }
    }

    private Losses backward() {
        optimizer.zero_grad();
        forget(x);
        forget(t);
        Tensor field = physical(model.apply(x, t));
        Tensor error = field.sub(truth);
        Tensor data = error.square().mean();
        Tensor residual = residual().square().mean();
        Tensor boundary = boundary(error);
        Tensor loss = data.add(residual).add(boundary);
        loss.backward();
        return new Losses(number(data), number(residual), number(boundary));
    }

    private Tensor residual() {
        Tensor field = model.apply(x, t);
        TensorVector first = derivative(field, x, t);
        Tensor second = null;
        if (terms.needsXx()) {
            second = derivative(first.get(0), x).get(0);
            second = problem.second().xx() == 1
                    ? second
                    : second.mul(new Scalar(problem.second().xx()));
        }
        if (terms.needsTt()) {
            Tensor tt = derivative(first.get(1), t).get(0);
            tt = problem.second().tt() == 1
                    ? tt
                    : tt.mul(new Scalar(problem.second().tt()));
            second = second == null ? tt : second.add(tt);
        }
        return terms.residual(
                physical(field), scaled(first.get(0)), scaled(first.get(1)), second == null ? null : scaled(second));
    }

    private Tensor boundary(Tensor error) {
        if (problem.edgePoints() > 0) {
            double all = (double) problem.samples().size() * problem.edgePoints();
            return error.square().mul(edges).sum().div(new Scalar(all));
        }
        if (lower == null) {
            return torch.zeros_like(error.mean());
        }
        Tensor below = physical(model.apply(lower[0], lower[1]));
        Tensor above = physical(model.apply(upper[0], upper[1]));
        return below.sub(above).square().mean();
    }

    private static TensorVector derivative(Tensor field, Tensor... by) {
        return torch.grad(
                new TensorVector(field),
                new TensorVector(by),
                new TensorVector(torch.ones_like(field)),
                new BoolOptional(true),
                true,
                false);
    }

    private Tensor physical(Tensor field) {
        return field.mul(new Scalar(problem.scale())).add(new Scalar(problem.mean()));
    }

    private Tensor scaled(Tensor derivative) {
        return derivative.mul(new Scalar(problem.scale()));
    }

    /** The physical field at all points of the grid. */
    public float[] field() {
        try (PointerScope scope = new PointerScope()) {
            Tensor own = model.apply(column(problem.x()), column(problem.t()));
            float[] field = new float[problem.points()];
            EagerTensors.read(physical(own).detach().to(ScalarType.Float), field, 0, field.length);
            return field;
        }
    }

    /** The trained numbers as they are now. */
    public float[] parameters() {
        try (PointerScope scope = new PointerScope()) {
            return model.read();
        }
    }

    private Tensor[] ends(float place, int copies) {
        float[] times = repeat(problem.pairs().t(), copies);
        float[] places = new float[times.length];
        Arrays.fill(places, place);
        return new Tensor[] {owned.own(column(places)), owned.own(column(times))};
    }

    private Tensor column(float[] values) {
        Tensor column = torch.empty(values.length, 1);
        EagerTensors.write(column, values, 0, values.length);
        return precision == ScalarType.Float ? column : column.to(precision);
    }

    private static void forget(Tensor leaf) {
        Tensor gradient = leaf.mutable_grad();
        if (gradient.defined()) {
            gradient.reset();
        }
    }

    private static double number(Tensor scalar) {
        return scalar.item().toDouble();
    }

    private static float[] repeat(float[] values, int copies) {
        float[] all = new float[values.length * copies];
        for (int copy = 0; copy < copies; copy++) {
            System.arraycopy(values, 0, all, copy * values.length, values.length);
        }
        return all;
    }

    @Override
    public void close() {
        owned.close();
    }
}
