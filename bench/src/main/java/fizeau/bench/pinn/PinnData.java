// SPDX-License-Identifier: Apache-2.0
package fizeau.bench.pinn;

import fizeau.bench.pinn.Equation.Range;
import fizeau.pinn.CollocationProblem;
import fizeau.pinn.CollocationProblem.Pairs;
import fizeau.pinn.CollocationProblem.Sample;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.apache.commons.rng.UniformRandomProvider;
import org.apache.commons.rng.simple.RandomSource;

/**
 * Parameters and true solutions of a workload. Ten training samples, drawn from the middle half of the ranges, only give mean
 * and standard deviation of the field; the samples that are fitted lie outside that half in one parameter at least
 * (extrapolation). The published data sets are not at hand: these follow their ranges, grids and split sizes.
 */
final class PinnData {

    /** Samples that give mean and standard deviation. */
    static final int FOR_NORMALISATION = 10;

    private static final double MIDDLE_FROM = 0.25;
    private static final double MIDDLE_TO = 0.75;

    private PinnData() {}

    /**
     * The problem and the parameters of its first sample, which choose the network's alphas.
     *
     * @param firstParameters three numbers, zeros behind the equation's own
     */
    record Loaded(CollocationProblem problem, double[] firstParameters) {}

    static Loaded load(PinnWorkload workload) {
        Equation equation = workload.parsed();
        Nodes nodes = new Nodes(equation.domain(), workload.grid());
        UniformRandomProvider random = RandomSource.XO_RO_SHI_RO_128_PP.create(workload.seed());
        double sum = 0;
        double squares = 0;
        for (int i = 0; i < FOR_NORMALISATION; i++) {
            for (double u : equation.truth(draw(equation, random, true), nodes)) {
                sum += u;
                squares += u * u;
            }
        }
        double all = (double) FOR_NORMALISATION * nodes.count();
        double mean = sum / all;
        double deviation = Math.sqrt(squares / all - mean * mean);
        List<Sample> samples = new ArrayList<>();
        double[] first = null;
        for (int i = 0; i < workload.samples(); i++) {
            double[] parameters = draw(equation, random, false);
            first = first == null ? parameters : first;
            samples.add(new Sample(
                    equation.operator(parameters),
                    narrow(equation.source(parameters, nodes)),
                    narrow(equation.truth(parameters, nodes))));
        }
        return new Loaded(problem(equation, nodes, samples, mean, deviation), Arrays.copyOf(first, 3));
    }

    private static CollocationProblem problem(
            Equation equation, Nodes nodes, List<Sample> samples, double mean, double deviation) {
        int edge = nodes.edge();
        float[] edges = new float[nodes.count()];
        float[] times = new float[edge];
        for (int j = 0; j < edge; j++) {
            times[j] = (float) nodes.time(j);
            for (int i = 0; i < edge && equation.edges(); i++) {
                edges[j * edge + i] = (i == 0 || i == edge - 1 ? 1 : 0) + (j == 0 || j == edge - 1 ? 1 : 0);
            }
        }
        return new CollocationProblem(
                narrow(nodes.map((x, t) -> x)),
                narrow(nodes.map((x, t) -> t)),
                edges,
                equation.edges() ? edge : 0,
                equation.edges()
                        ? Pairs.NONE
                        : new Pairs(
                                (float) equation.domain().lowX(),
                                (float) equation.domain().highX(),
                                times),
                equation.second(),
                samples,
                (float) mean,
                (float) deviation);
    }

    private static double[] draw(Equation equation, UniformRandomProvider random, boolean middle) {
        int count = equation.parameters().size();
        double[] shares = new double[count];
        boolean outside;
        do {
            outside = false;
            for (int i = 0; i < count; i++) {
                double share = random.nextDouble();
                shares[i] = middle ? MIDDLE_FROM + share * (MIDDLE_TO - MIDDLE_FROM) : share;
                outside |= shares[i] < MIDDLE_FROM || shares[i] > MIDDLE_TO;
            }
        } while (!middle && !outside);
        double[] parameters = new double[count];
        for (int i = 0; i < count; i++) {
            Range range = equation.parameters().get(i);
            parameters[i] = range.low() + shares[i] * (range.high() - range.low());
        }
        return parameters;
    }

    private static float[] narrow(double[] values) {
        float[] narrow = new float[values.length];
        for (int i = 0; i < values.length; i++) {
            narrow[i] = (float) values[i];
        }
        return narrow;
    }
}
