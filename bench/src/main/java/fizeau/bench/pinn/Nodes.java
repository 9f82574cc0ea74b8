// SPDX-License-Identifier: Apache-2.0
package fizeau.bench.pinn;

import fizeau.bench.pinn.Equation.Domain;
import java.util.function.DoubleBinaryOperator;

/**
 * A square grid over a domain, its ends included; node {@code j * edge + i} lies at the i-th x and the j-th t.
 *
 * @param edge nodes along each side, at least 2
 */
record Nodes(Domain domain, int edge) {

    int count() {
        return edge * edge;
    }

    double x(int node) {
        return domain.lowX() + (domain.highX() - domain.lowX()) * (node % edge) / (edge - 1);
    }

    double t(int node) {
        return time(node / edge);
    }

    /** The j-th t. */
    double time(int j) {
        return domain.lowT() + (domain.highT() - domain.lowT()) * j / (edge - 1);
    }

    double[] map(DoubleBinaryOperator field) {
        double[] values = new double[count()];
        for (int node = 0; node < values.length; node++) {
            values[node] = field.applyAsDouble(x(node), t(node));
        }
        return values;
    }
}
