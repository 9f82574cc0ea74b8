// SPDX-License-Identifier: Apache-2.0
package fizeau.backend.cuda;

import fizeau.pinn.CollocationProblem;
import fizeau.pinn.CollocationProblem.Pairs;
import fizeau.pinn.LowRankNetwork;
import fizeau.pinn.PolynomialOperator;
import fizeau.pinn.SecondOrder;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;

/** The four equations of the benchmark on small grids, with random truths and networks that bend their field. */
enum FineTuningProblems {
    ALLEN_CAHN(PolynomialOperator.TIME_DERIVATIVE.withSecond(-1e-2).withReaction(-3, 3), SecondOrder.XX),
    BURGERS(PolynomialOperator.TIME_DERIVATIVE.selfAdvected().withSecond(-0.2), SecondOrder.XX),
    CONVECTION(PolynomialOperator.TIME_DERIVATIVE.advectedBy(5), SecondOrder.XX),
    HELMHOLTZ(PolynomialOperator.TIME_DERIVATIVE.stationary().withSecond(1).withReaction(4, 0), SecondOrder.LAPLACIAN);

    private final PolynomialOperator operator;
    private final SecondOrder second;

    FineTuningProblems(PolynomialOperator operator, SecondOrder second) {
        this.operator = operator;
        this.second = second;
    }

    /** On a square grid; Helmholtz asks for the truth on four edges, the others for equal fields at both ends of x. */
    CollocationProblem problem(int samples, int grid) {
        Random random = new Random(7);
        boolean onEdges = this == HELMHOLTZ;
        int points = grid * grid;
        float[] x = new float[points];
        float[] t = new float[points];
        float[] edges = new float[points];
        for (int p = 0; p < points; p++) {
            int column = p % grid;
            int row = p / grid;
            x[p] = -1 + 2f * column / (grid - 1);
            t[p] = (float) row / (grid - 1);
            int sides = (column == 0 || column == grid - 1 ? 1 : 0) + (row == 0 || row == grid - 1 ? 1 : 0);
            edges[p] = onEdges ? sides : 0;
        }
        List<CollocationProblem.Sample> all = new ArrayList<>();
        for (int sample = 0; sample < samples; sample++) {
            float[] source = new float[points];
            float[] truth = new float[points];
            for (int p = 0; p < points; p++) {
                source[p] = onEdges ? (float) random.nextGaussian() : 0;
                truth[p] = (float) random.nextGaussian();
            }
            all.add(new CollocationProblem.Sample(
                    operator.withSecond((1 + sample) * operator.second()), source, truth));
        }
        float[] times = new float[grid];
        for (int i = 0; i < grid; i++) {
            times[i] = (float) i / (grid - 1);
        }
        return new CollocationProblem(
                x,
                t,
                edges,
                onEdges ? grid : 0,
                onEdges ? Pairs.NONE : new Pairs(-1, 1, times),
                second,
                all,
                0.3f,
                1.7f);
    }

    static LowRankNetwork network(int width) {
        Random random = new Random(8);
        float[][] columns = new float[LowRankNetwork.SQUARE_LAYERS][width * width];
        float[][] rows = new float[LowRankNetwork.SQUARE_LAYERS][width * width];
        for (int layer = 0; layer < columns.length; layer++) {
            for (int i = 0; i < width * width; i++) {
                columns[layer][i] = (float) (random.nextGaussian() / Math.sqrt(width));
                rows[layer][i] = (float) (random.nextGaussian() / Math.sqrt(width));
            }
        }
        return new LowRankNetwork(width, columns, rows);
    }

    static float[] start(LowRankNetwork network) {
        Random random = new Random(9);
        float[] values = new float[network.trainable()];
        for (int i = 0; i < values.length; i++) {
            values[i] = (float) (random.nextGaussian() * 0.8);
        }
        return values;
    }
}
