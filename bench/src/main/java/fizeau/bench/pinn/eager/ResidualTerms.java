// SPDX-License-Identifier: Apache-2.0
package fizeau.bench.pinn.eager;

import fizeau.pinn.CollocationProblem;
import fizeau.pinn.CollocationProblem.Sample;
import fizeau.pinn.PolynomialOperator;
import java.util.List;
import java.util.function.Function;
import java.util.function.ToDoubleFunction;
import org.bytedeco.pytorch.Tensor;

/** The residual from tensors: each coefficient a column with one number a point, or absent where it is zero everywhere. */
final class ResidualTerms {
    private final Tensor ut;
    private final Tensor ux;
    private final Tensor uux;
    private final Tensor second;
    private final Tensor u1;
    private final Tensor u3;
    private final Tensor source;
    private final CollocationProblem problem;

    /** @param column makes a tensor that outlives this call */
    ResidualTerms(CollocationProblem problem, Function<float[], Tensor> column) {
        this.problem = problem;
        this.ut = coefficient(PolynomialOperator::ut, column);
        this.ux = coefficient(PolynomialOperator::ux, column);
        this.uux = coefficient(PolynomialOperator::uux, column);
        // a residual that has the term evaluates it, also where its factor is zero
        this.second = problem.second() == null ? null : column.apply(values(PolynomialOperator::second));
        this.u1 = coefficient(PolynomialOperator::u1, column);
        this.u3 = coefficient(PolynomialOperator::u3, column);
        float[] sources = new float[problem.trainingPoints()];
        boolean some = false;
        List<Sample> samples = problem.samples();
        for (int i = 0; i < sources.length; i++) {
            sources[i] = samples.get(i / problem.points()).source()[i % problem.points()];
            some |= sources[i] != 0;
        }
        this.source = some ? column.apply(sources) : null;
    }

    boolean needsXx() {
        return second != null && problem.second().xx() != 0;
    }

    boolean needsTt() {
        return second != null && problem.second().tt() != 0;
    }

    /** From the physical field and its physical derivatives; {@code laplacian} is null where it is not needed. */
    Tensor residual(Tensor u, Tensor byX, Tensor byT, Tensor laplacian) {
        Tensor sum = null;
        sum = plus(sum, ut, byT);
        sum = plus(sum, ux, byX);
        sum = uux == null ? sum : plus(sum, uux, u.mul(byX));
        sum = second == null ? sum : plus(sum, second, laplacian);
        sum = plus(sum, u1, u);
        sum = u3 == null ? sum : plus(sum, u3, u.mul(u).mul(u));
        return source == null ? sum : sum.sub(source);
    }

    private static Tensor plus(Tensor sum, Tensor factor, Tensor term) {
        if (factor == null) {
            return sum;
        }
        Tensor product = factor.mul(term);
        return sum == null ? product : sum.add(product);
    }

    private Tensor coefficient(ToDoubleFunction<PolynomialOperator> of, Function<float[], Tensor> column) {
        float[] values = values(of);
        for (float value : values) {
            if (value != 0) {
                return column.apply(values);
            }
        }
        return null;
    }

    private float[] values(ToDoubleFunction<PolynomialOperator> of) {
        float[] values = new float[problem.trainingPoints()];
        for (int i = 0; i < values.length; i++) {
            values[i] = (float)
                    of.applyAsDouble(problem.samples().get(i / problem.points()).operator());
        }
        return values;
    }
}
