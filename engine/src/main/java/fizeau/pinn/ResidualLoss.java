// SPDX-License-Identifier: Apache-2.0
package fizeau.pinn;

import fizeau.pinn.CollocationProblem.Losses;
import fizeau.pinn.CollocationProblem.Sample;
import java.util.Arrays;

/** The loss of a {@link CollocationProblem} on blocks of jets, and its gradient by them. Confined to one thread. */
final class ResidualLoss {
    private static final int SECOND = 3;

    private final CollocationProblem problem;
    private final float[][] gradients;
    private final float[] none;
    private final float[] source;
    private final float[] truth;
    private final float[] edges;
    private final float[] residuals;
    private final float[] errors;
    private double squaredErrors;
    private double squaredResiduals;
    private double squaredEdgeErrors;
    private double squaredDifferences;

    ResidualLoss(CollocationProblem problem, int points, int channels) {
        this.problem = problem;
        this.gradients = new float[channels][points];
        this.none = new float[points];
        this.source = new float[points];
        this.truth = new float[points];
        this.edges = new float[points];
        this.residuals = new float[points];
        this.errors = new float[points];
    }

    void begin() {
        squaredErrors = 0;
        squaredResiduals = 0;
        squaredEdgeErrors = 0;
        squaredDifferences = 0;
    }

    /** Forgets the gradient of the last block. */
    void clear() {
        for (float[] gradient : gradients) {
            Arrays.fill(gradient, 0);
        }
    }

    /** By each channel, for the block since {@link #clear}. */
    float[][] gradients() {
        return gradients;
    }

    /** Adds one sample on points {@code from} to {@code from + count - 1}, which are the first {@code count} of the block. */
    void addSample(Sample sample, int from, int count, float[][] jets) {
        System.arraycopy(sample.source(), from, source, 0, count);
        System.arraycopy(sample.truth(), from, truth, 0, count);
        System.arraycopy(problem.edges(), from, edges, 0, count);
        float edgeFactor = problem.edgePoints() == 0
                ? 0
                : (float) ((double) problem.trainingPoints()
                        / (problem.samples().size() * (double) problem.edgePoints()));
        boolean second = problem.second() != null;
        accumulate(
                sample.operator(),
                edgeFactor,
                jets[0],
                jets[1],
                jets[2],
                second ? jets[SECOND] : none,
                gradients[0],
                gradients[1],
                gradients[2],
                second ? gradients[SECOND] : none,
                count);
        if (!second) {
            Arrays.fill(none, 0);
        }
        for (int i = 0; i < count; i++) {
            double square = (double) errors[i] * errors[i];
            squaredErrors += square;
            squaredEdgeErrors += edges[i] * square;
            squaredResiduals += (double) residuals[i] * residuals[i];
        }
    }

    private void accumulate(
            PolynomialOperator operator,
            float edgeFactor,
            float[] u,
            float[] ux,
            float[] ut,
            float[] us,
            float[] byU,
            float[] byUx,
            float[] byUt,
            float[] byUs,
            int count) {
        float mean = problem.mean();
        float scale = problem.scale();
        float factor = (float) (2.0 * scale / problem.trainingPoints());
        float ct = operator.ut();
        float cx = operator.ux();
        float cux = operator.uux();
        float cs = operator.second();
        float c1 = operator.u1();
        float c3 = operator.u3();
        float[] q = source;
        float[] d = truth;
        float[] e = errors;
        float[] f = residuals;
        float[] edge = edges;
        for (int i = 0; i < count; i++) {
            float value = scale * u[i] + mean;
            float slope = scale * ux[i];
            float square = value * value;
            float residual = ct * scale * ut[i]
                    + (cx + cux * value) * slope
                    + cs * scale * us[i]
                    + (c1 + c3 * square) * value
                    - q[i];
            float error = value - d[i];
            f[i] = residual;
            e[i] = error;
            float g = factor * residual;
            byU[i] += g * (cux * slope + c1 + 3 * c3 * square) + factor * (1 + edgeFactor * edge[i]) * error;
            byUx[i] += g * (cx + cux * value);
            byUt[i] += g * ct;
            byUs[i] += g * cs;
        }
    }

    /** Adds pairs: the first {@code count} points of the block are lower ones, {@code upperAt} on are theirs above. */
    void addPairs(int count, int upperAt, double weight, float[] u) {
        float scale = problem.scale();
        float factor = (float) (2.0 * scale * weight / problem.pairs().count());
        for (int i = 0; i < count; i++) {
            float difference = scale * (u[i] - u[upperAt + i]);
            squaredDifferences += weight * difference * difference;
            gradients[0][i] += factor * difference;
            gradients[0][upperAt + i] -= factor * difference;
        }
    }

    /** Adds what {@code other} gathered. */
    void take(ResidualLoss other) {
        squaredErrors += other.squaredErrors;
        squaredResiduals += other.squaredResiduals;
        squaredEdgeErrors += other.squaredEdgeErrors;
        squaredDifferences += other.squaredDifferences;
    }

    Losses losses() {
        double all = problem.trainingPoints();
        double edge = problem.edgePoints() == 0
                ? 0
                : squaredEdgeErrors / (problem.samples().size() * (double) problem.edgePoints());
        double pairs = problem.pairs().count() == 0
                ? 0
                : squaredDifferences / problem.pairs().count();
        return new Losses(squaredErrors / all, squaredResiduals / all, edge + pairs);
    }
}
