// SPDX-License-Identifier: Apache-2.0
package fizeau.bench.pinn;

import fizeau.pinn.CollocationProblem;
import fizeau.pinn.LowRankNetwork;
import java.util.Arrays;
import org.apache.commons.rng.UniformRandomProvider;
import org.apache.commons.rng.simple.RandomSource;

/**
 * What every variant starts from.
 *
 * @param initialParameters trained numbers before training
 */
public record PinnSetup(CollocationProblem problem, LowRankNetwork network, float[] initialParameters) {

    /** Computes the true solutions and draws or reads the weights. */
    public static PinnSetup of(PinnWorkload workload) {
        PinnData.Loaded data = PinnData.load(workload);
        PinnWeights weights = PinnWeights.load(workload, data.firstParameters());
        return new PinnSetup(data.problem(), weights.network(), weights.trainable());
    }

    /** The same with the first points of the grid only. */
    PinnSetup first(int points) {
        CollocationProblem all = problem;
        return new PinnSetup(
                new CollocationProblem(
                        Arrays.copyOf(all.x(), points),
                        Arrays.copyOf(all.t(), points),
                        Arrays.copyOf(all.edges(), points),
                        all.edgePoints(),
                        all.pairs(),
                        all.second(),
                        all.samples().stream()
                                .map(sample -> new CollocationProblem.Sample(
                                        sample.operator(),
                                        Arrays.copyOf(sample.source(), points),
                                        Arrays.copyOf(sample.truth(), points)))
                                .toList(),
                        all.mean(),
                        all.scale()),
                network,
                initialParameters);
    }

    /**
     * The same problem with a network that bends its field strongly: bases of either sign and alphas around two, so that each
     * square layer passes on more than it gets.
     */
    PinnSetup lively(long seed) {
        UniformRandomProvider random = RandomSource.XO_RO_SHI_RO_128_PP.create(seed);
        int h = network.width();
        double bound = Math.sqrt(3.0 / h);
        float[][] columns = new float[LowRankNetwork.SQUARE_LAYERS][h * h];
        float[][] rows = new float[LowRankNetwork.SQUARE_LAYERS][h * h];
        float[] parameters = initialParameters.clone();
        for (int layer = 0; layer < LowRankNetwork.SQUARE_LAYERS; layer++) {
            for (int i = 0; i < h * h; i++) {
                columns[layer][i] = (float) random.nextDouble(-bound, bound);
                rows[layer][i] = (float) random.nextDouble(-bound, bound);
            }
            for (int k = 0; k < h; k++) {
                parameters[network.alpha(layer) + k] = (float) random.nextDouble(1, 3);
            }
        }
        return new PinnSetup(problem, new LowRankNetwork(h, columns, rows), parameters);
    }

    /** Mean over samples of {@code |field - truth| / |truth|}, and how far the constant field that fits best comes. */
    RelativeErrors errors(float[] field) {
        double sum = 0;
        double squares = 0;
        double constant = 0;
        int samples = problem.samples().size();
        for (CollocationProblem.Sample sample : problem.samples()) {
            double wrong = 0;
            double norm = 0;
            double mean = 0;
            for (int p = 0; p < field.length; p++) {
                double truth = sample.truth()[p];
                wrong += (field[p] - truth) * (field[p] - truth);
                norm += truth * truth;
                mean += truth / field.length;
            }
            double error = Math.sqrt(wrong / norm);
            sum += error;
            squares += error * error;
            constant += Math.sqrt(Math.max(0, 1 - field.length * mean * mean / norm));
        }
        double mean = sum / samples;
        double spread = samples < 2 ? 0 : Math.sqrt(Math.max(0, (squares - samples * mean * mean) / (samples - 1)));
        return new RelativeErrors(mean, spread, constant / samples);
    }

    /**
     * Relative L2 errors.
     *
     * @param mean over samples
     * @param std over samples, divisor n - 1; 0 for one sample
     * @param constant mean over samples of the best constant's error: a field that comes no nearer has learnt nothing
     */
    public record RelativeErrors(double mean, double std, double constant) {

        private static final double LEAST_GAIN = 0.01;

        /** Whether the error is that of a constant, give or take a hundredth of it. */
        public boolean noBetterThanConstant() {
            return mean >= (1 - LEAST_GAIN) * constant;
        }
    }
}
